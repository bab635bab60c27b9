// The card of a detector: scores over held-out recordings, with the events behind every figure.
import type { DetectorMetrics, EventScores } from '../../shared/contract/event.ts';
import { calibrationError } from './calibration.ts';
import { addCounts, countMatches, matchEvents, rateOf, segmentCounts, type Counts } from './eventScores.ts';
import type { Detection, LabelledRecording, MarkedSpan, Modality } from './timedSpan.ts';

export interface MeasuredModality {
  modality: Modality;
  folds: number;
  recordings: { recording: LabelledRecording; detections: Detection[] }[];
}
const none: Counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0 };
const onsetBins = 20;
const onsetSpanS = 0.2;
const listed = 500;

interface Judged {
  mediaId: number;
  detection: Detection;
  event: MarkedSpan | null;
}
interface Measured {
  scores: EventScores;
  judged: Judged[];
  missed: MarkedSpan[];
}

function measure({ recordings }: MeasuredModality, classes: number): Measured {
  const judged: Judged[] = [];
  const missed: MarkedSpan[] = [];
  const byClass = Array.from({ length: classes }, () => none);
  let [events, segments] = [none, none];
  for (const { recording, detections } of recordings) {
    const marked = recording.spans.filter(({ value }) => value === 'positive');
    const counting = recording.complete
      ? detections
      : detections.filter((one) => marked.some((mark) => mark.onsetS < one.offsetS && mark.offsetS > one.onsetS));
    const matching = matchEvents(marked, counting);
    events = addCounts(events, countMatches(matching));
    segments = addCounts(segments, segmentCounts(marked, counting));
    for (const [i, detection] of counting.entries()) {
      const event = matching.ofDetection[i] === -1 ? null : marked[matching.ofDetection[i]!]!;
      judged.push({ mediaId: recording.mediaId, detection, event });
      byClass[detection.classIndex] = addCounts(byClass[detection.classIndex]!, {
        ...none,
        [event ? 'truePositives' : 'falsePositives']: 1,
      });
    }
    for (const [i, event] of marked.entries())
      if (matching.ofEvent[i] === -1) {
        missed.push(event);
        byClass[event.classIndex] = addCounts(byClass[event.classIndex]!, { ...none, falseNegatives: 1 });
      }
  }
  const seen = byClass.filter((counts) => counts.truePositives + counts.falseNegatives > 0);
  const macroF1 = seen.length > 0 ? seen.reduce((sum, counts) => sum + rateOf(counts).f1, 0) / seen.length : 0;
  return { scores: { micro: rateOf(events), macroF1, ...events, segment: rateOf(segments) }, judged, missed };
}

/** Figures of all modalities; `classes` in the order of the detector's indices. */
export function detectorMetrics(
  modalities: readonly MeasuredModality[],
  classes: readonly { classId: number; name: string }[],
  rest: { seconds: number; warnings: string[] },
): DetectorMetrics {
  const measured = modalities.map((one) => ({ modality: one.modality, ...measure(one, classes.length) }));
  const judged = measured.flatMap((one) => one.judged);
  const missed = measured.reduce((sum, one) => sum + one.missed.length, 0);
  const scoresOf = (modality: Modality) => measured.find((one) => one.modality === modality)?.scores ?? null;
  return {
    recordings: new Set(modalities.flatMap((one) => one.recordings.map(({ recording }) => recording.mediaId))).size,
    events: judged.filter(({ event }) => event).length + missed,
    folds: Math.max(0, ...modalities.map(({ folds }) => folds)),
    heard: scoresOf('audio'),
    seen: scoresOf('visual'),
    classes: measured.flatMap((one) => classRows(one, classes)),
    byConfidence: byConfidence(judged, missed),
    onsetErrors: onsetErrors(judged),
    calibrationError: calibrationError(
      judged.map(({ detection, event }) => ({ confidence: detection.confidence, correct: event !== null })),
    ),
    ...rest,
  };
}

function classRows(
  one: Measured & { modality: Modality },
  classes: readonly { classId: number; name: string }[],
): DetectorMetrics['classes'] {
  return classes.flatMap(({ classId, name }, k) => {
    const mine = one.judged.filter(({ detection }) => detection.classIndex === k);
    const missed = one.missed.filter(({ classIndex }) => classIndex === k);
    const right = mine.filter(({ event }) => event).length;
    if (right + missed.length === 0 && mine.length === 0) return [];
    const rate = rateOf({ truePositives: right, falsePositives: mine.length - right, falseNegatives: missed.length });
    return [
      {
        classId,
        name,
        modality: one.modality === 'audio' ? ('heard' as const) : ('seen' as const),
        events: right + missed.length,
        ...rate,
        missedIds: missed.slice(0, listed).map(({ eventId }) => eventId),
        falseAlarms: mine
          .filter(({ event }) => !event)
          .slice(0, listed)
          .map(({ mediaId, detection: { onsetS, offsetS, confidence } }) => ({
            mediaId,
            classId,
            onsetS,
            offsetS,
            confidence,
          })),
      },
    ];
  });
}

function byConfidence(judged: readonly Judged[], missed: number): DetectorMetrics['byConfidence'] {
  const events = missed + judged.filter(({ event }) => event).length;
  return Array.from({ length: 20 }, (_, i) => i / 20).map((confidence, i) => {
    const kept = judged.filter(({ detection }) => detection.confidence >= confidence);
    const right = kept.filter(({ event }) => event).length;
    const { precision, recall } = rateOf({
      truePositives: right,
      falsePositives: kept.length - right,
      falseNegatives: events - right,
    });
    const here = kept.filter(
      ({ event, detection }) => event && detection.confidence < (i + 1) / 20 + (i === 19 ? 1 : 0),
    );
    const ids = here.slice(0, listed).map(({ event }) => event!.eventId);
    return { confidence, precision, recall, detections: kept.length, ids };
  });
}

function onsetErrors(judged: readonly Judged[]): DetectorMetrics['onsetErrors'] {
  const width = (2 * onsetSpanS) / onsetBins;
  const bins = Array.from({ length: onsetBins }, (_, i) => ({
    fromS: -onsetSpanS + i * width,
    toS: -onsetSpanS + (i + 1) * width,
    ids: [] as number[],
  }));
  for (const { detection, event } of judged) {
    if (!event) continue;
    const bin = Math.floor((detection.onsetS - event.onsetS + onsetSpanS) / width);
    bins[Math.min(onsetBins - 1, Math.max(0, bin))]!.ids.push(event.eventId);
  }
  return bins;
}
