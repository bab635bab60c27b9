// What the report of an import says beside its counts.
import type { LabelImportReport } from '../../../shared/contract/annotation.ts';
import type { Workspace } from '../workspace.ts';
import type { ImportPlan } from './importPlan.ts';

export interface SampleMatch {
  line: number;
  path: string;
  label: string;
  clipIds: number[];
}

/** Clips whose present statements of a schema the import would make read otherwise. */
export function replacedBy(workspace: Workspace, { schemaId, multiLabel, marks }: ImportPlan): number {
  if (schemaId === null || marks.length === 0) return 0;
  const names = new Map(workspace.annotations.classes(schemaId).map(({ classId, name }) => [classId, name]));
  const present = Map.groupBy(
    workspace.annotations
      .full(schemaId)
      .map(({ clipId, classId, value }) => ({ clipId, label: names.get(classId), value })),
    ({ clipId }) => clipId,
  );
  const clips = new Set(
    marks.flatMap(({ clipId, label, value }) => {
      const differs = (present.get(clipId) ?? []).some((now) =>
        now.label === label.trim()
          ? now.value !== value
          : !multiLabel && value === 'positive' && now.value !== 'negative',
      );
      return differs ? [clipId] : [];
    }),
  );
  return clips.size;
}

/** Annotations per class, most first. */
export function classCounts({ name, marks, newClasses }: ImportPlan): LabelImportReport['classes'] {
  const counts = new Map<string, number>();
  for (const { label } of marks) counts.set(label.trim(), (counts.get(label.trim()) ?? 0) + 1);
  return [...counts]
    .map(([label, annotations]) => ({ name: label, schema: name, annotations, isNew: newClasses.includes(label) }))
    .toSorted((a, b) => b.annotations - a.annotations);
}

/** The sample as people read it: clips by name. */
export function withClipNames(workspace: Workspace, sample: readonly SampleMatch[]): LabelImportReport['sample'] {
  const names = new Map(
    workspace.clips.rows([...new Set(sample.flatMap(({ clipIds }) => clipIds))]).map(({ id, name }) => [id, name]),
  );
  return sample.map(({ clipIds, ...match }) => ({
    ...match,
    clips: clipIds.flatMap((clipId) => names.get(clipId) ?? []),
  }));
}
