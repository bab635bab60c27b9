// Marks of a recording without their classes, for networks that tell something from nothing.
import { matchEvents } from './eventScores.ts';
import type { Detection, LabelledRecording } from './timedSpan.ts';

/** @param frameS where given, a frame of nothing is left between events that touch, so that a network learns to part them */
export function somethingOf(recording: LabelledRecording, frameS = 0): LabelledRecording {
  const spans = recording.spans.map((span) => ({ ...span, classIndex: 0 })).toSorted((a, b) => a.onsetS - b.onsetS);
  const trimS = Math.max(0.03, 0.6 * frameS);
  for (const [i, span] of spans.entries()) {
    const next = spans[i + 1];
    if (frameS === 0 || !next || next.onsetS - span.offsetS > frameS) continue;
    if (Math.min(span.offsetS - span.onsetS, next.offsetS - next.onsetS) < 4 * trimS) continue;
    span.offsetS -= trimS;
    next.onsetS += trimS;
  }
  const { mediaId, durationS, complete } = recording;
  return { mediaId, durationS, complete, spans };
}

/** Positive marks with the edges at which a network finds them, where it does: events to come are cut out at such edges, too. */
export function asFound(recording: LabelledRecording, found: readonly Detection[]): LabelledRecording {
  const positive = recording.spans.filter(({ value }) => value === 'positive');
  const { ofEvent } = matchEvents(
    positive.map((span) => ({ ...span, classIndex: 0 })),
    found,
  );
  const edges = new Map(positive.map(({ eventId }, i) => [eventId, found[ofEvent[i]!]]));
  return {
    ...recording,
    spans: recording.spans.map((span) => {
      const one = edges.get(span.eventId);
      return one ? { ...span, onsetS: one.onsetS, offsetS: one.offsetS } : span;
    }),
  };
}
