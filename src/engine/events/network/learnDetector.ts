// Learning of a detector of one modality: networks by folds of recordings, the decision and calibration from what each had not seen, and
// for sound further segment networks that also learn from confident segments of unlabelled recordings (self-training).
import * as tf from '@tensorflow/tfjs';
import { Random } from '../../training/random.ts';
import { fitCalibration, calibrated } from '../calibration.ts';
import { countMatches, matchEvents } from '../eventScores.ts';
import { countable, fitDecision, positives, type HeldOut } from '../fitDecision.ts';
import { overlapShare } from '../frameStates.ts';
import { pictureChannels, pictureSize } from '../pictureInput.ts';
import { spectralBands } from '../spectralInput.ts';
import type { Detection, LabelledRecording, Modality } from '../timedSpan.ts';
import { decideEvents, frameScores, frameSeconds, type DetectorInput, type DetectorModel } from './detectorModel.ts';
import { defaultConfig, EventNetwork } from './eventNetwork.ts';
import { PictureCrops, type PictureRecording } from './pictureCrops.ts';
import type { SegmentNetwork } from './segmentNetwork.ts';
import { SpectralCrops, type SoundRecording } from './spectralCrops.ts';
import { trainNetwork, type TrainingHooks } from './trainNetwork.ts';
import { classifySegments, trainSegments, type TargetSegment } from './trainSegments.ts';

export interface LearnInput {
  modality: Modality;
  classes: number;
  recordings: (LabelledRecording & { input: DetectorInput })[];
  /** Inputs of recordings of which nothing is known. */
  unlabelled: DetectorInput[];
  seed: number;
  /** Multiplies the number of training steps. */
  effort?: number;
}
export interface Learnt {
  model: DetectorModel;
  /** Of every recording, by networks that had not seen it; confidences calibrated. */
  heldOut: { recording: LabelledRecording; detections: Detection[] }[];
  folds: number;
}
export interface LearnHooks {
  /** Share done, 0 … 1. */
  progress?(share: number): void;
  breathe?(): Promise<unknown>;
}

const crops = { audio: { length: 160, batch: 16 }, visual: { length: 16, batch: 12 } };
/** A segment of an unlabelled recording is learned from above this probability. */
const confident = 0.6;

export function foldsOf(recordings: readonly LabelledRecording[], random: Random): LabelledRecording[][] {
  const count = Math.min(3, recordings.length);
  const folds: LabelledRecording[][] = Array.from({ length: count }, () => []);
  for (const [i, recording] of random.shuffled(recordings).entries()) folds[i % count]!.push(recording);
  return folds;
}

export async function learnDetector(input: LearnInput, hooks: LearnHooks = {}): Promise<Learnt> {
  const { modality, classes, recordings } = input;
  const random = new Random(input.seed);
  const events = recordings.reduce((sum, recording) => sum + positives(recording).length, 0);
  const effort = (input.effort ?? 1) * Math.min(3, Math.max(0.8, Math.sqrt(events / 127)));
  const steps = { frames: Math.round((modality === 'audio' ? 60 : 240) * effort), segments: Math.round(220 * effort) };
  const exclusive = overlapShare(recordings) < 0.01;
  const folds = foldsOf(recordings, random);
  const segmental = modality === 'audio' && exclusive;
  const total = folds.length * (steps.frames + (segmental ? steps.segments : 0)) + (segmental ? 2 * steps.segments : 0);
  let done = 0;
  const counted: TrainingHooks = {
    onStep: () => hooks.progress?.(++done / total),
    ...(hooks.breathe && { breathe: hooks.breathe }),
  };
  const frames: EventNetwork[] = [];
  const segments: SegmentNetwork[] = [];
  for (const fold of folds) {
    const rest = recordings.filter((recording) => folds.length === 1 || !fold.includes(recording));
    frames.push(await trainFrames(input, rest, steps.frames, exclusive, random.fork(), counted));
    if (segmental)
      segments.push(await trainSegments(labelled(rest, classes), classes, steps.segments, random.fork(), counted));
  }
  const own = (recording: LabelledRecording): number => folds.findIndex((fold) => fold.includes(recording));
  const scored = recordings.map((recording): HeldOut & { input: DetectorInput } => ({
    recording,
    input: recording.input,
    scores: frameScores([frames[own(recording)]!], recording.input, exclusive),
  }));
  const decision = fitDecision(scored, classes, frameSeconds[modality], exclusive);
  const raw = scored.map(({ recording, input: sound, scores }) => ({
    recording,
    detections: decideEvents(scores, sound, {
      classes,
      modality,
      decision,
      segments: segmental ? [segments[own(recording)]!] : [],
    }),
  }));
  const calibration = calibrationOf(raw);
  const model: DetectorModel = { modality, classes, frames, segments, decision, calibration };
  if (segmental) segments.push(...(await selfTrained(input, model, steps.segments, random, counted)));
  const heldOut = raw.map(({ recording, detections }) => ({
    recording,
    detections: detections
      .map((one) => ({ ...one, confidence: calibrated(calibration, one.confidence) }))
      .filter(({ confidence }) => confidence >= calibration.least),
  }));
  return { model, heldOut, folds: folds.length };
}

async function trainFrames(
  { modality, classes }: LearnInput,
  recordings: LearnInput['recordings'],
  steps: number,
  exclusive: boolean,
  random: Random,
  hooks: TrainingHooks,
): Promise<EventNetwork> {
  const network = new EventNetwork(defaultConfig(modality, classes), { random: random.fork() });
  const { length, batch } = crops[modality];
  const source =
    modality === 'audio'
      ? new SpectralCrops(recordings as SoundRecording[], classes, length, random.fork())
      : new PictureCrops(recordings as PictureRecording[], classes, length, random.fork());
  const shape =
    modality === 'audio'
      ? [batch, length, spectralBands, 1]
      : [batch, length, pictureSize, pictureSize, pictureChannels];
  const next = () => {
    const { input, states } = source.batch(batch);
    return { input: tf.tensor(input, shape), states };
  };
  await trainNetwork(network, next, { steps, learningRate: 0.005, weightDecay: 1e-4, exclusive }, hooks);
  return network;
}

function labelled(recordings: LearnInput['recordings'], classes: number): TargetSegment[] {
  return recordings.flatMap((recording) =>
    recording.spans
      .filter(({ value, onsetS, offsetS }) => value === 'positive' && offsetS > onsetS)
      .map(({ classIndex, onsetS, offsetS }) => ({
        input: recording.input as Float32Array,
        onsetS,
        offsetS,
        target: Float32Array.from({ length: classes }, (_, k) => (k === classIndex ? 1 : 0)),
        weight: 2,
      })),
  );
}

function calibrationOf(raw: readonly { recording: LabelledRecording; detections: Detection[] }[]) {
  let missed = 0;
  const judged = raw.flatMap(({ recording, detections }) => {
    const counting = countable(recording, detections);
    const matching = matchEvents(positives(recording), counting);
    missed += countMatches(matching).falseNegatives;
    return counting.map((one, i) => ({ score: one.confidence, correct: matching.ofDetection[i] !== -1 }));
  });
  return fitCalibration(judged, missed);
}

/** Two more networks over segments, which learn from all events and from confident segments of unlabelled recordings. */
async function selfTrained(
  input: LearnInput,
  model: DetectorModel,
  steps: number,
  random: Random,
  hooks: TrainingHooks,
): Promise<SegmentNetwork[]> {
  const events = labelled(input.recordings, input.classes);
  const found: SegmentNetwork[] = [];
  for (let round = 0; round < 2; round++) {
    const more = unlabelledSegments(input, { ...model, segments: [...model.segments, ...found] });
    found.push(await trainSegments([...events, ...more], input.classes, steps, random.fork(), hooks));
  }
  return found;
}

function unlabelledSegments({ unlabelled, classes }: LearnInput, model: DetectorModel): TargetSegment[] {
  return unlabelled.flatMap((recording) => {
    const scores = frameScores(model.frames, recording, model.decision.softmax);
    const found = decideEvents(scores, recording, model).map(({ onsetS, offsetS }) => ({
      input: recording as Float32Array,
      onsetS,
      offsetS,
    }));
    const told = classifySegments(model.segments, found, classes);
    return found.flatMap((segment, i) => {
      const target = sharpened(told.subarray(i * classes, (i + 1) * classes));
      return Math.max(...told.subarray(i * classes, (i + 1) * classes)) >= confident
        ? [{ ...segment, target, weight: 1 }]
        : [];
    });
  });
}

const sharpened = (row: Float32Array): Float32Array => {
  const squares = row.map((p) => p * p);
  const sum = squares.reduce((a, b) => a + b, 0);
  return squares.map((p) => p / sum);
};
