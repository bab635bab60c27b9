// The statements of a schema as the projection worker takes them: classes as numbers, with their names for what is told
// to people.
import type { LabelledClips } from '../../exploration/queues/labelledClips.ts';
import type { EngineContext } from '../engineContext.ts';

export interface SchemaLabels {
  labelled: LabelledClips;
  classes: { classId: number; name: string }[];
  multiLabel: boolean;
}

/** `uncertain` marks say nothing about a class. Throws NOT_FOUND for an unknown schema. */
export function schemaLabels({ workspace }: Pick<EngineContext, 'workspace'>, schemaId: number): SchemaLabels {
  const multiLabel = workspace.annotations.multiLabel(schemaId);
  const classes = workspace.annotations.classes(schemaId);
  const number = new Map(classes.map(({ classId }, i) => [classId, i]));
  const said = workspace.annotations
    .labelled(schemaId)
    .filter(({ classId, value }) => value !== 'uncertain' && number.has(classId));
  return {
    classes,
    multiLabel,
    labelled: {
      clipIds: Int32Array.from(said, ({ clipId }) => clipId),
      classIndexes: Int32Array.from(said, ({ classId }) => number.get(classId)!),
      mediaIds: Int32Array.from(said, ({ mediaId }) => mediaId),
      positive: Uint8Array.from(said, ({ value }) => (value === 'positive' ? 1 : 0)),
      classCount: classes.length,
    },
  };
}
