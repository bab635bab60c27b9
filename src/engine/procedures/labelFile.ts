// A label list given to an import: its format is told from its name and first line, the rest is what `annotations.import` does.
import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import type { ItemFailure } from '../../shared/contract/errors.ts';
import { importLabels, type ImportLabels } from '../collection/labels/importLabels.ts';
import type { EngineContext } from './engineContext.ts';

/** Format of a label file by its extension and first line. */
export function labelFormatOf(path: string, firstLine: string): ImportLabels['format'] {
  const extension = extname(path).toLowerCase();
  if (extension === '.jsonl') return 'jsonl';
  if (extension === '.json') return 'cavmae-json';
  if (firstLine.startsWith('#')) return 'audioset-csv';
  // VGGSound's list has no header: id, start, label, split.
  return /,"?(train|test)"?\s*$/.test(firstLine) ? 'vggsound-csv' : 'csv';
}

async function firstLineOf(path: string): Promise<string> {
  await using file = await open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
  return buffer.toString('utf8', 0, bytesRead).split(/\r?\n/, 1)[0]!.replace(/^\uFEFF/, '');
}

/** Writes the labels as one step; what does not match a clip is reported by line. Throws NOT_FOUND, BAD_INPUT for the file as a whole. */
export async function importLabelFile({ workspace, events }: Pick<EngineContext, 'workspace' | 'events'>, path: string, report: (failure: ItemFailure) => void): Promise<number> {
  const { annotations, newClasses, unmatched } = await importLabels(workspace, { path, format: labelFormatOf(path, await firstLineOf(path)) });
  for (const { line, reason } of unmatched) report({ path: `${path}:${line}`, code: 'NOT_FOUND', message: reason });
  if (newClasses.length) events.publish({ type: 'schemasChanged' });
  if (annotations) events.publish({ type: 'annotationsChanged', clipIds: null, undo: workspace.annotations.undoState() });
  return annotations;
}
