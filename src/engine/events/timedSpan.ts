// What detectors learn from and what they find, with classes as indices into the detector's list.
import type { LabelValue } from '../../shared/contract/labelValue.ts';
export interface Span {
  /** Index into the detector's classes. */
  classIndex: number;
  onsetS: number;
  offsetS: number;
}
/** A statement of a person about a span of a recording. */
export interface MarkedSpan extends Span {
  eventId: number;
  value: LabelValue;
}
export interface Detection extends Span {
  /** Calibrated probability that an event of the class is there. */
  confidence: number;
}
export type Modality = 'audio' | 'visual';

/** One recording to learn from. `complete`: time without a mark is negative; else it is unknown. */
export interface LabelledRecording {
  mediaId: number;
  durationS: number;
  complete: boolean;
  spans: MarkedSpan[];
}
