// Labels out, in a format of one's choice.
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { LabelSchema } from '../../../shared/contract/annotation.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { Workspace } from '../workspace.ts';
import { labelFormats, type LabelFormatName } from './labelFormats.ts';
import { labelMedia, type LabelMedium } from './labelMedia.ts';
import type { WrittenRecord } from './labelRecord.ts';

export interface ExportLabels {
  path: string;
  format: LabelFormatName;
  schemaId?: number | undefined;
  /** Only the labels of these clips; of all when left out. */
  clipIds?: readonly number[] | undefined;
}

/** Formats with a place for the schema's name can hold several. */
const manySchemas: ReadonlySet<LabelFormatName> = new Set(['csv', 'jsonl', 'parquet']);

/**
 * Writes the annotations of a schema (of all, where the format can tell them apart). Returns the files and how many
 * annotations they hold.
 */
export async function exportLabels(
  workspace: Workspace,
  input: ExportLabels,
): Promise<{ files: string[]; annotations: number }> {
  const format = labelFormats[input.format];
  const schemas = chosenSchemas(workspace, input);
  const only = input.clipIds && new Set(input.clipIds);
  const records = recordsOf(workspace, schemas).filter(
    ({ value, clipId }) => (!format.positivesOnly || value === 'positive') && (!only || only.has(clipId)),
  );
  const classes = schemas.flatMap((schema) => schema.classes.map(({ name }) => name));
  const isFolder = input.format !== 'folders' && existsSync(input.path) && statSync(input.path).isDirectory();
  const file = isFolder ? path.join(input.path, format.fileName) : input.path;
  const files = await format.write(file, records, classes, schemas[0]?.name ?? 'labels');
  return { files, annotations: records.length };
}

function chosenSchemas(workspace: Workspace, { schemaId, format }: ExportLabels): LabelSchema[] {
  if (schemaId !== undefined) return [workspace.schemas.get(schemaId)];
  const all = workspace.schemas.list();
  if (all.length === 0)
    throw new EngineError('NOT_FOUND', 'there are no labels to export yet', {
      hint: 'Make a label schema and label some clips first.',
    });
  if (manySchemas.has(format)) return all;
  const used = all.filter(({ id }) => workspace.annotations.labelled(id).length > 0);
  if (used.length > 1)
    throw new EngineError(
      'BAD_INPUT',
      `${format} holds one schema; choose one of ${used.map(({ id, name }) => `${name} (${id})`).join(', ')}`,
      { field: 'schemaId' },
    );
  return used.length ? used : all.slice(0, 1);
}

function recordsOf(workspace: Workspace, schemas: readonly LabelSchema[]): WrittenRecord[] {
  const places = new Map<number, { medium: LabelMedium; startS: number; endS: number }>();
  for (const medium of labelMedia(workspace)) {
    for (const { id, startS, endS } of medium.clips) places.set(id, { medium, startS, endS });
  }
  return schemas.flatMap((schema) => {
    const names = new Map(schema.classes.map(({ id, name }) => [id, name]));
    return workspace.annotations.full(schema.id).map(({ clipId, classId, value, presence, source }): WrittenRecord => {
      const { medium, startS, endS } = places.get(clipId) as { medium: LabelMedium; startS: number; endS: number };
      return {
        path: medium.label,
        startS,
        endS,
        label: names.get(classId) as string,
        value,
        presence,
        schema: schema.name,
        source,
        clipId,
        mediaId: medium.id,
        absolutePath: medium.absolutePath,
        stem: medium.stem,
        kind: medium.kind,
        durationS: medium.durationS,
        frameRateHz: medium.frameRateHz,
        whole: medium.clips.length === 1,
      };
    });
  });
}
