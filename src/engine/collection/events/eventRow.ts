// An event as the tables hold it, and what makes one impossible.
import { EngineError } from '../../../shared/engineError.ts';

/** A point event has equal onset and offset. */
export interface EventRow {
  mediaId: number;
  classId: number;
  onsetS: number;
  offsetS: number;
  modality: string;
  value: string;
  lowHz: number | null;
  highHz: number | null;
  source: string;
  annotator: string | null;
  confidence: number | null;
  proposalId: number | null;
}

/** Durations in containers are rounded: an offset may lie this far behind the end. */
export const endSlackS = 0.5;

interface Checked {
  onsetS: number;
  offsetS: number | null;
  lowHz: number | null;
  highHz: number | null;
}

/** Why an event cannot be kept; null when it can. `durationS` 0: unknown. */
export function eventProblem(event: Checked, durationS: number): string | null {
  const { onsetS, offsetS, lowHz, highHz } = event;
  if (!Number.isFinite(onsetS) || onsetS < 0) return `the onset ${onsetS} s lies before the recording`;
  if (offsetS !== null && !Number.isFinite(offsetS)) return `the offset ${offsetS} is not a time`;
  if (offsetS !== null && offsetS === onsetS) return `the event at ${onsetS} s has zero length`;
  if (offsetS !== null && offsetS < onsetS) return `the offset ${offsetS} s lies before the onset ${onsetS} s`;
  if (durationS > 0 && (offsetS ?? onsetS) > durationS + endSlackS)
    return `${offsetS ?? onsetS} s lies beyond the end of the recording at ${durationS.toFixed(2)} s`;
  if (lowHz !== null && highHz !== null && lowHz >= highHz)
    return `the band from ${lowHz} Hz to ${highHz} Hz is upside down`;
  if ((lowHz ?? 0) < 0 || (highHz ?? 0) < 0) return 'a frequency is negative';
  return null;
}

/** @throws EngineError BAD_INPUT naming the reason and what to do, NOT_FOUND without a recording */
export function checkEvent(event: Checked, recording: { path: string; durationS: number } | null): void {
  if (!recording)
    throw new EngineError('NOT_FOUND', 'there is no such recording', {
      field: 'mediaId',
      hint: 'Import the file first.',
    });
  const problem = eventProblem(event, recording.durationS);
  if (problem)
    throw new EngineError('BAD_INPUT', problem, {
      field: 'onsetS',
      ...(recording.path && { path: recording.path }),
      hint: 'For a point event leave the offset out; times are seconds from the beginning of the recording.',
    });
}
