// Time budgets and latencies of events by class and by a column of the recordings.
import type { AskedPresence, BudgetRow } from '../../../shared/contract/estimate.ts';
import type { EventModality } from '../../../shared/contract/event.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { Workspace } from '../../collection/workspace.ts';
import { timeBudget, type BudgetEvent } from '../../estimation/timeBudget.ts';
import { clipGroups } from './clipGroups.ts';

export interface BudgetQuestion {
  schemaId?: number | undefined;
  classId?: number | undefined;
  by?: string | undefined;
  asked: AskedPresence;
  confidence: number;
}

/** The group of each recording: that of its first clip, whose time is the recording's. */
function recordingGroups(workspace: Workspace, by: string | undefined): Map<number, string | null> {
  if (by === undefined) return new Map();
  const groups = clipGroups(workspace, by);
  const { clipIds, mediaIds } = workspace.clips.windows();
  const found = new Map<number, string | null>();
  clipIds.forEach((clipId, i) => {
    if (!found.has(mediaIds[i]!)) found.set(mediaIds[i]!, groups.get(clipId) ?? null);
  });
  return found;
}

const modalities: Record<AskedPresence, EventModality[] | undefined> = {
  any: undefined,
  heard: ['heard', 'both'],
  seen: ['seen', 'both'],
  both: ['both'],
};

/** @throws NOT_FOUND, or BAD_INPUT where no schema has events */
export function budget(workspace: Workspace, question: BudgetQuestion): { rows: BudgetRow[]; notes: string[] } {
  const { by, classId, confidence } = question;
  const schemaId =
    question.schemaId ??
    (classId === undefined ? workspace.eventQuery.onlySchema() : workspace.schemas.ofClass(classId));
  if (schemaId === null)
    throw new EngineError('BAD_INPUT', 'name the schema or the class whose events are meant', {
      field: 'schemaId',
      hint: 'Mark events first, or choose one of the schemas that have some.',
    });
  const complete = workspace.events.completeMedia(schemaId);
  const media = workspace.metadata.rows(complete.length > 0 ? complete : null);
  const events = workspace.eventQuery.spans({
    schemaId,
    values: ['positive'],
    modalities: modalities[question.asked],
  });
  const groups = recordingGroups(workspace, by);
  const classes = workspace.annotations
    .classes(schemaId)
    .filter((one) => classId === undefined || one.classId === classId);
  const collator = new Intl.Collator('en', { numeric: true });
  const rows = classes.flatMap(({ classId: id, name }) => {
    const byMedium = new Map<number, BudgetEvent[]>();
    for (const { mediaId, classId: own, ...span } of events)
      if (own === id) byMedium.set(mediaId, [...(byMedium.get(mediaId) ?? []), span]);
    return [...Map.groupBy(media, ({ mediaId }) => groups.get(mediaId) ?? null)]
      .toSorted(([a], [b]) => (a === null ? 1 : b === null ? -1 : collator.compare(a, b)))
      .map(([group, own]): BudgetRow => ({
        group,
        class: name,
        ...timeBudget(
          own.map(({ mediaId, durationS }) => ({ durationS, events: byMedium.get(mediaId) ?? [] })),
          confidence,
        ),
      }));
  });
  return {
    rows,
    notes: [
      complete.length > 0
        ? `Over the ${complete.length} recordings that are marked completely.`
        : 'No recording is marked as complete: time without a marked event counts as time without the event.',
      'Intervals are over recordings; with fewer than two there is none.',
    ],
  };
}
