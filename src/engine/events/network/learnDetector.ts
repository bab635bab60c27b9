// Learning of a detector of one modality: networks over frames by folds of recordings, then the decision, what events are called and the
// calibration from what each had not seen. Events that never overlap are found as "something" first and named by their form.
import * as tf from '@tensorflow/tfjs';
import { Random } from '../../training/random.ts';
import { fitCalibration, calibrated } from '../calibration.ts';
import { decodeEvents } from '../decodeEvents.ts';
import type { DetectorInput } from '../detectorInput.ts';
import { countMatches, matchEvents } from '../eventScores.ts';
import { countable, fitDecision, positives, type HeldOut } from '../fitDecision.ts';
import { overlapShare } from '../frameStates.ts';
import { gridChannels, gridSize } from '../pictureInput.ts';
import { asFound, somethingOf } from '../somethingOf.ts';
import { spectralBands } from '../spectralInput.ts';
import type { Detection, LabelledRecording, Modality } from '../timedSpan.ts';
import { decideEvents, frameScores, frameSeconds, type DetectorModel } from './detectorModel.ts';
import { defaultConfig, EventNetwork } from './eventNetwork.ts';
import { learnForms, type FormClassifier, type UnmarkedEvent } from './learnForms.ts';
import { PictureCrops, type PictureRecording } from './pictureCrops.ts';
import { SpectralCrops, type SoundRecording } from './spectralCrops.ts';
import { trainNetwork, type TrainingHooks } from './trainNetwork.ts';

type Recording = LabelledRecording & { input: DetectorInput };
export interface LearnInput {
  modality: Modality;
  classes: number;
  recordings: Recording[];
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

const crops = { audio: { length: 160, batch: 16 }, visual: { length: 16, batch: 8 } };
/** Steps of a network over frames, to find something or to tell classes apart, and of one over segments. */
const baseSteps = { something: { audio: 40, visual: 90 }, classes: { audio: 80, visual: 200 }, segments: 110 };

export function foldsOf<T extends LabelledRecording>(recordings: readonly T[], random: Random): T[][] {
  const count = Math.min(3, recordings.length);
  const folds: T[][] = Array.from({ length: count }, () => []);
  for (const [i, recording] of random.shuffled(recordings).entries()) folds[i % count]!.push(recording);
  return folds;
}

export async function learnDetector(input: LearnInput, hooks: LearnHooks = {}): Promise<Learnt> {
  const { modality, classes, recordings } = input;
  const random = new Random(input.seed);
  const named = overlapShare(recordings) < 0.01;
  const { frameSteps, segmentSteps, counted } = planOf(input, named, hooks);
  const folds = foldsOf(recordings, random);
  const foldOf = recordings.map((recording) => folds.findIndex((fold) => fold.includes(recording)));
  const frames: EventNetwork[] = [];
  for (const fold of folds) {
    const rest = recordings.filter((recording) => folds.length === 1 || !fold.includes(recording));
    frames.push(await trainFrames(input, rest, { steps: frameSteps, named }, random.fork(), counted));
  }
  const scored = recordings.map((recording, r): HeldOut & { input: DetectorInput } => ({
    recording: named ? somethingOf(recording) : recording,
    input: recording.input,
    scores: frameScores([frames[foldOf[r]!]!], recording.input, named),
  }));
  const decision = fitDecision(scored, named ? 1 : classes, frameSeconds[modality], named);
  const forms = named
    ? await learnForms(
        {
          modality,
          classes,
          recordings: scored.map(({ input: own, scores }, r) => ({
            ...asFound(recordings[r]!, decodeEvents(scores, 1, frameSeconds[modality], decision)),
            input: own,
          })),
          foldOf,
          folds: folds.length,
          steps: segmentSteps,
          unmarked: unmarkedEvents(input, { frames, decision }),
        },
        random.fork(),
        counted,
      )
    : null;
  const without = { exemplars: null, segments: [] };
  const part = (classifier: FormClassifier | undefined) => ({
    classes,
    modality,
    decision,
    ...(classifier ?? without),
  });
  const raw = scored.map(({ input: own, scores }, r) => ({
    recording: recordings[r]!,
    detections: decideEvents(scores, own, part(forms?.byFold[foldOf[r]!])),
  }));
  const calibration = calibrationOf(raw);
  const model: DetectorModel = { ...part(forms?.kept), frames, calibration };
  const heldOut = raw.map(({ recording, detections }) => ({
    recording,
    detections: detections
      .map((one) => ({ ...one, confidence: calibrated(calibration, one.confidence) }))
      .filter(({ confidence }) => confidence >= calibration.least),
  }));
  return { model, heldOut, folds: folds.length };
}

function planOf({ modality, recordings, effort }: LearnInput, named: boolean, hooks: LearnHooks) {
  const events = recordings.reduce((sum, recording) => sum + positives(recording).length, 0);
  const times = (effort ?? 1) * Math.min(3, Math.max(0.5, Math.sqrt(events / 127)));
  const frameSteps = Math.max(1, Math.round(baseSteps[named ? 'something' : 'classes'][modality] * times));
  const segmentSteps = named && modality === 'audio' ? Math.max(1, Math.round(baseSteps.segments * times)) : 0;
  const total = Math.min(3, recordings.length) * (frameSteps + segmentSteps);
  let done = 0;
  const counted: TrainingHooks = {
    onStep: () => hooks.progress?.(++done / total),
    ...(hooks.breathe && { breathe: hooks.breathe }),
  };
  return { frameSteps, segmentSteps, counted };
}

async function trainFrames(
  { modality, classes }: LearnInput,
  recordings: Recording[],
  { steps, named }: { steps: number; named: boolean },
  random: Random,
  hooks: TrainingHooks,
): Promise<EventNetwork> {
  const outputs = named ? 1 : classes;
  const network = new EventNetwork(defaultConfig(modality, outputs), { random: random.fork() });
  const { length, batch } = crops[modality];
  const marked = named
    ? recordings.map((one) => ({ ...somethingOf(one, frameSeconds[modality]), input: one.input }))
    : recordings;
  const source =
    modality === 'audio'
      ? new SpectralCrops(marked as SoundRecording[], outputs, length, random.fork())
      : new PictureCrops(marked as PictureRecording[], outputs, length, random.fork());
  const shape =
    modality === 'audio' ? [batch, length, spectralBands, 1] : [batch, length, gridSize, gridSize, gridChannels];
  const next = () => {
    const { input, states } = source.batch(batch);
    return { input: tf.tensor(input, shape), states };
  };
  await trainNetwork(network, next, { steps, learningRate: 0.005, weightDecay: 1e-4, exclusive: named }, hooks);
  return network;
}

/** What the networks find in recordings without marks, and beside the marks of recordings that are not complete. */
function unmarkedEvents(
  { modality, recordings, unlabelled }: LearnInput,
  { frames, decision }: Pick<DetectorModel, 'frames' | 'decision'>,
): UnmarkedEvent[] {
  const foundIn = (input: DetectorInput): UnmarkedEvent[] =>
    decodeEvents(frameScores(frames, input, true), 1, frameSeconds[modality], decision).map(({ onsetS, offsetS }) => ({
      input,
      onsetS,
      offsetS,
    }));
  const beside = recordings
    .filter(({ complete }) => !complete)
    .flatMap(({ input, spans }) =>
      foundIn(input).filter((one) => !spans.some((span) => span.onsetS < one.offsetS && span.offsetS > one.onsetS)),
    );
  return [...unlabelled.flatMap(foundIn), ...beside];
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
