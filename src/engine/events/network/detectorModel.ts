// A trained detector of one modality: networks over frames, exemplars and networks over segments, the decision and the
// calibration. Kept in one file.
import * as tf from '@tensorflow/tfjs';
import { calibrated, type Calibration } from '../calibration.ts';
import { decodeEvents, type Decision } from '../decodeEvents.ts';
import { distanceOf, formOf } from '../forms/form.ts';
import { votesOf, type Exemplars } from '../forms/exemplars.ts';
import { framesOf, type DetectorInput } from '../detectorInput.ts';
import { gridChannels, gridSize } from '../pictureInput.ts';
import { spectralBands, spectralHopS } from '../spectralInput.ts';
import type { Detection, Modality } from '../timedSpan.ts';
import { frameStride, type EventNetwork } from './eventNetwork.ts';
import type { SegmentNetwork } from './segmentNetwork.ts';
import { classifySegments } from './trainSegments.ts';

export interface DetectorModel {
  modality: Modality;
  classes: number;
  /** Of one class, "something", where there are exemplars. */
  frames: EventNetwork[];
  /** Null where events of several classes may overlap. */
  exemplars: Exemplars | null;
  /** Empty where events of several classes may overlap, and for pictures. */
  segments: SegmentNetwork[];
  decision: Decision;
  calibration: Calibration;
}

export const frameSeconds: Record<Modality, number> = { audio: frameStride.audio * spectralHopS, visual: 0.1 };
/** Output frames computed at once, and how many around them are looked at too. */
const piece = { audio: 3000, visual: 300 };
const around = { audio: 60, visual: 8 };

/** Probabilities [T, K + 1] of every frame: mean over networks, in pieces that overlap. */
export function frameScores(networks: readonly EventNetwork[], input: DetectorInput, exclusive: boolean): Float32Array {
  const { modality, classes } = networks[0]!.config;
  const stride = frameStride[modality];
  const width = modality === 'audio' ? spectralBands : gridSize * gridSize * gridChannels;
  const all = framesOf(input);
  const frames = Math.floor(all.length / width / stride);
  const out = new Float32Array(frames * (classes + 1));
  for (let from = 0; from < frames; from += piece[modality]) {
    const to = Math.min(frames, from + piece[modality]);
    const [start, end] = [Math.max(0, from - around[modality]), Math.min(frames, to + around[modality])];
    const part = all.subarray(start * stride * width, end * stride * width);
    const scores = tf.tidy(() => {
      const x =
        modality === 'audio'
          ? tf.tensor(part as Float32Array, [1, (end - start) * stride, spectralBands, 1])
          : tf.div(tf.tensor(Float32Array.from(part), [1, end - start, gridSize, gridSize, gridChannels]), 255);
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

/** Share of the segment networks in the choice of the class. */
const segmentShare = 0.3;

/**
 * Decodes frame scores; where there are exemplars, they and the segment networks say which class each event is. `confidence` is not
 * calibrated.
 */
export function decideEvents(
  scores: Float32Array,
  input: DetectorInput,
  model: Pick<DetectorModel, 'classes' | 'modality' | 'exemplars' | 'segments' | 'decision'>,
): Detection[] {
  const { classes, modality, exemplars, segments, decision } = model;
  const found = decodeEvents(scores, exemplars ? 1 : classes, frameSeconds[modality], decision);
  if (!exemplars || found.length === 0) return found;
  const distance = distanceOf[modality];
  const told =
    segments.length > 0 && 'spectrum' in input
      ? classifySegments(
          segments,
          found.map(({ onsetS, offsetS }) => ({ input: input.spectrum, onsetS, offsetS })),
          classes,
        )
      : null;
  return found.map((one, i) => {
    const form = formOf(input, one);
    const votes = votesOf(exemplars, (j) => distance(form, exemplars.forms[j]!));
    let classIndex = 0;
    for (let k = 0; k < classes; k++) {
      // What resembles a rejected event is nothing, whatever the networks make of it.
      if (told)
        votes[k] = votes[k]! * (1 - segmentShare) + told[i * classes + k]! * (1 - votes[classes]!) * segmentShare;
      if (votes[k]! > votes[classIndex]!) classIndex = k;
    }
    return { ...one, classIndex, confidence: votes[classIndex]! * one.confidence };
  });
}

/** Detections with calibrated confidence, those below the model's threshold left out. */
export function detect(model: DetectorModel, input: DetectorInput): Detection[] {
  const scores = frameScores(model.frames, input, model.decision.softmax);
  return decideEvents(scores, input, model)
    .map((one) => ({ ...one, confidence: calibrated(model.calibration, one.confidence) }))
    .filter(({ confidence }) => confidence >= model.calibration.least);
}
