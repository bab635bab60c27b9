// Gives imported files their class: schema and classes are made where missing, what a person has said already stays.
import type { EngineContext } from '../engineContext.ts';

export interface FileLabel {
  path: string;
  className: string;
}

/** Labels every clip of the files as one step of the journal; returns how many were labelled. */
export function labelClips(
  { workspace, events }: Pick<EngineContext, 'workspace' | 'events'>,
  schemaName: string,
  labels: readonly FileLabel[],
  stepText: string,
): number {
  if (!labels.length) return 0;
  const schema = workspace.schemas.byName(schemaName) ?? workspace.schemas.create({ name: schemaName });
  const names = new Set(schema.classes.map((known) => known.name));
  const missing = [...new Set(labels.map((label) => label.className))].filter((name) => !names.has(name)).sort();
  const added = missing.length
    ? workspace.schemas.addClasses(
        schema.id,
        missing.map((name) => ({ name })),
      )
    : [];
  const classIds = new Map([...schema.classes, ...added].map((known) => [known.name, known.id]));
  const taken = new Set(workspace.annotations.labelled(schema.id).map((label) => label.clipId));
  const annotations = labels.flatMap(({ path, className }) => {
    const media = workspace.media.known(path);
    const clipIds = media ? workspace.clips.ids({ mediaIds: [media.id] }) : [];
    return clipIds
      .filter((clipId) => !taken.has(clipId))
      .map((clipId) => ({ clipId, classId: classIds.get(className)!, value: 'positive' as const, presence: null }));
  });
  if (missing.length) events.publish({ type: 'schemasChanged' });
  if (!annotations.length) return 0;
  workspace.annotations.setMany(schema.id, annotations, 'import', stepText);
  events.publish({ type: 'annotationsChanged', clipIds: null, undo: workspace.annotations.undoState() });
  return annotations.length;
}
