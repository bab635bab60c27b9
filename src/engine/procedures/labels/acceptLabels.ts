// Suggested labels taken over in bulk: one step of the journal, and never over what was said meanwhile.
import { EngineError } from '../../../shared/engineError.ts';
import type { Source } from '../../collection/stepLog.ts';
import type { Workspace } from '../../collection/workspace.ts';

/** `skipped`: clips that are gone, or labelled meanwhile (multi-label: with that very class). Throws NOT_FOUND for a class of another schema. */
export function acceptLabels(
  workspace: Pick<Workspace, 'annotations' | 'clips'>,
  schemaId: number,
  labels: readonly { clipId: number; classId: number }[],
  source: Source,
): { step: number; changed: number; skipped: number } {
  const multiLabel = workspace.annotations.multiLabel(schemaId);
  const classes = new Set(workspace.annotations.classes(schemaId).map(({ classId }) => classId));
  const foreign = labels.find(({ classId }) => !classes.has(classId));
  if (foreign)
    throw new EngineError('NOT_FOUND', `there is no class ${foreign.classId} in this schema`, { field: 'labels' });
  const existing = new Set(workspace.clips.many(labels.map(({ clipId }) => clipId)).map(({ id }) => id));
  const said = new Set(
    workspace.annotations
      .full(schemaId)
      .flatMap(({ clipId, classId, value }) => [
        `${clipId} ${classId}`,
        ...(multiLabel || value === 'negative' ? [] : [`${clipId}`]),
      ]),
  );
  const fresh = labels.filter(
    ({ clipId, classId }) => existing.has(clipId) && !said.has(`${clipId} ${classId}`) && !said.has(`${clipId}`),
  );
  const text = `Accept ${fresh.length === 1 ? 'one suggested label' : `${fresh.length} suggested labels`}`;
  const { step, changed } = workspace.annotations.setMany(
    schemaId,
    fresh.map((label) => ({ ...label, value: 'positive' as const, presence: null })),
    source,
    text,
  );
  return { step, changed, skipped: labels.length - fresh.length };
}
