// A trained detector of one modality: networks over frames, networks over segments, the decision and the calibration. Kept in one file.
import * as tf from '@tensorflow/tfjs';
import { calibrated, type Calibration } from '../calibration.ts';
import { decodeEvents, type Decision } from '../decodeEvents.ts';
import { pictureChannels, pictureSize } from '../pictureInput.ts';
import { spectralBands, spectralHopS } from '../spectralInput.ts';
import type { Detection, Modality } from '../timedSpan.ts';
import { frameStride, type EventNetwork } from './eventNetwork.ts';
import type { SegmentNetwork } from './segmentNetwork.ts';
import { classifySegments } from './trainSegments.ts';

export interface DetectorModel {
  modality: Modality;
  classes: number;
  frames: EventNetwork[];
  /** Empty where events of several classes may overlap, and for pictures. */
  segments: SegmentNetwork[];
  decision: Decision;
  calibration: Calibration;
}

/** What a recording gives a detector: spectra [T, 64] or pictures [F, 40, 40, 2]. */
export type DetectorInput = Float32Array | Uint8Array;

export const frameSeconds: Record<Modality, number> = { audio: frameStride.audio * spectralHopS, visual: 0.1 };
/** Output frames computed at once, and how many around them are looked at too. */
const piece = { audio: 3000, visual: 300 };
const around = { audio: 60, visual: 8 };

/** Probabilities [T, K + 1] of every frame: mean over networks, in pieces that overlap. */
export function frameScores(networks: readonly EventNetwork[], input: DetectorInput, exclusive: boolean): Float32Array {
  const { modality, classes } = networks[0]!.config;
  const stride = frameStride[modality];
  const width = modality === 'audio' ? spectralBands : pictureSize * pictureSize * pictureChannels;
  const frames = Math.floor(input.length / width / stride);
  const out = new Float32Array(frames * (classes + 1));
  for (let from = 0; from < frames; from += piece[modality]) {
    const to = Math.min(frames, from + piece[modality]);
    const [start, end] = [Math.max(0, from - around[modality]), Math.min(frames, to + around[modality])];
    const part = input.subarray(start * stride * width, end * stride * width);
    const scores = tf.tidy(() => {
      const x =
        modality === 'audio'
          ? tf.tensor(part as Float32Array, [1, (end - start) * stride, spectralBands, 1])
          : tf.div(
              tf.tensor(Float32Array.from(part), [1, end - start, pictureSize, pictureSize, pictureChannels]),
              255,
            );
      const each = networks.map((network) => {
        const logits = network.forward(x, false);
        return exclusive ? tf.softmax(logits) : tf.sigmoid(logits);
      });
      return Float32Array.from(tf.div(tf.addN(each), each.length).dataSync());
    });
    out.set(scores.subarray((from - start) * (classes + 1), (to - start) * (classes + 1)), from * (classes + 1));
  }
  return out;
}

/** Share of the segment networks in the choice of the class; the rest is the networks' over frames. */
const segmentShare = 0.9;

/** Decodes frame scores and lets the segment networks have their say about the class. `confidence` is not calibrated. */
export function decideEvents(
  scores: Float32Array,
  input: DetectorInput,
  model: Pick<DetectorModel, 'classes' | 'modality' | 'segments' | 'decision'>,
): Detection[] {
  const { classes, modality, segments, decision } = model;
  const frameS = frameSeconds[modality];
  const found = decodeEvents(scores, classes, frameS, decision);
  if (!decision.exclusive || found.length === 0) return found;
  const frameVotes = (one: Detection): Float32Array =>
    votes(scores, classes, one.onsetS / frameS, one.offsetS / frameS);
  const told =
    segments.length > 0 && modality === 'audio'
      ? classifySegments(
          segments,
          found.map(({ onsetS, offsetS }) => ({ input: input as Float32Array, onsetS, offsetS })),
          classes,
        )
      : null;
  return found.map((one, i) => {
    const vote = frameVotes(one);
    let classIndex = 0;
    for (let k = 0; k < classes; k++) {
      if (told) vote[k] = (1 - segmentShare) * vote[k]! + segmentShare * told[i * classes + k]!;
      if (vote[k]! > vote[classIndex]!) classIndex = k;
    }
    return { ...one, classIndex, confidence: vote[classIndex]! };
  });
}

/** Shares of the classes over frames [from, to). */
function votes(scores: Float32Array, classes: number, from: number, to: number): Float32Array {
  const out = new Float32Array(classes);
  const width = classes + 1;
  const last = Math.min(scores.length / width, Math.max(Math.round(to), Math.round(from) + 1));
  let sum = 0;
  for (let t = Math.max(0, Math.round(from)); t < last; t++)
    for (let k = 0; k < classes; k++) {
      out[k]! += scores[t * width + k]!;
      sum += scores[t * width + k]!;
    }
  return sum > 0 ? out.map((value) => value / sum) : out;
}

/** Detections with calibrated confidence, those below the model's threshold left out. */
export function detect(model: DetectorModel, input: DetectorInput): Detection[] {
  const scores = frameScores(model.frames, input, model.decision.softmax);
  return decideEvents(scores, input, model)
    .map((one) => ({ ...one, confidence: calibrated(model.calibration, one.confidence) }))
    .filter(({ confidence }) => confidence >= model.calibration.least);
}
