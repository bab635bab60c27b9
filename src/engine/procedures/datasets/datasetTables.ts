// The tables of an exported subset: clips with their metadata, labels, events, predictions, embeddings, and what all that is.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { writeDurably } from '../../base/writeDurably.ts';
import { exportEvents } from '../../collection/eventFormats/exportEvents.ts';
import { exportLabels } from '../../collection/labels/exportLabels.ts';
import { writeCsv } from '../../collection/labels/safeCsv.ts';
import { exportTable } from '../../collection/metadata/table/exportTable.ts';
import { appVersion } from '../../host/appVersion.ts';
import { exportPredictions } from '../classifiers/predictionExport.ts';
import type { EngineContext } from '../engineContext.ts';
import { writeEmbeddings } from '../maps/exportEmbeddings.ts';
import { datasetRows, type DatasetRow } from './datasetRows.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const labelText = ({ labels }: DatasetRow): string => Object.values(labels).flat().join('; ');

function writeClips(folder: string, rows: readonly DatasetRow[]): string[] {
  const keys = [...new Set(rows.flatMap(({ metadata }) => Object.keys(metadata)))].toSorted();
  const files = [path.join(folder, 'clips.csv'), path.join(folder, 'clips.parquet')] as const;
  writeDurably(
    files[0],
    text(
      writeCsv([
        ['clip', 'path', 'start', 'end', 'kind', 'labels', 'predicted', 'probability', ...keys],
        ...rows.map((row) => [
          row.clip,
          row.source,
          row.startS,
          row.endS,
          row.kind,
          labelText(row),
          row.predicted,
          row.probability,
          ...keys.map((key) => row.metadata[key] ?? null),
        ]),
      ]),
    ),
  );
  const bytes = parquetWriteBuffer({
    columnData: [
      { name: 'clip', data: rows.map(({ clip }) => clip), type: 'INT32' },
      { name: 'path', data: rows.map(({ source }) => source), type: 'STRING' },
      { name: 'start', data: rows.map(({ startS }) => startS), type: 'DOUBLE' },
      { name: 'end', data: rows.map(({ endS }) => endS), type: 'DOUBLE' },
      { name: 'kind', data: rows.map(({ kind }) => kind), type: 'STRING' },
      { name: 'labels', data: rows.map(labelText), type: 'STRING' },
      { name: 'predicted', data: rows.map(({ predicted }) => predicted ?? undefined), type: 'STRING', nullable: true },
      {
        name: 'probability',
        data: rows.map(({ probability }) => probability ?? undefined),
        type: 'DOUBLE',
        nullable: true,
      },
      ...keys.map((key) => ({
        name: key,
        data: rows.map(({ metadata }) => (metadata[key] === undefined ? undefined : String(metadata[key]))),
        type: 'STRING' as const,
        nullable: true,
      })),
    ],
  });
  writeDurably(files[1], new Uint8Array(bytes));
  return [...files];
}

/** Of the clips that are embedded; none where nothing is. */
async function writeVectors(
  context: EngineContext,
  folder: string,
  clipIds: readonly number[],
  signal: AbortSignal,
): Promise<string[]> {
  const set = context.workspace.vectors.current();
  if (!set) return [];
  const embedded = context.workspace.vectors.present(set.setId, 'joint', clipIds);
  if (embedded.length === 0) return [];
  return writeEmbeddings(context, set, embedded, {
    path: path.join(folder, 'embeddings.parquet'),
    format: 'parquet',
    spaces: ['joint', 'audio', 'visual'],
    signal,
  });
}

export interface TablesPlan {
  folder: string;
  clipIds: readonly number[];
  scope: string;
  layout: string;
  signal: AbortSignal;
}

/** @returns the files; a table of something that the subset has not got is left out. */
export async function writeTables(context: EngineContext, plan: TablesPlan): Promise<string[]> {
  const { workspace } = context;
  const { folder, clipIds, signal } = plan;
  await mkdir(folder, { recursive: true });
  const inFolder = (name: string): string => path.join(folder, name);
  const rows = datasetRows(workspace, clipIds);
  const mediaIds = [...new Set(workspace.clips.many(clipIds).map(({ mediaId }) => mediaId))];
  const files = writeClips(folder, rows);
  files.push(...exportTable(workspace, inFolder('metadata.csv'), 'csv', mediaIds).files);
  if (workspace.schemas.list().length > 0)
    for (const format of ['csv', 'parquet'] as const)
      files.push(...(await exportLabels(workspace, { path: inFolder(`labels.${format}`), format, clipIds })).files);
  signal.throwIfAborted();
  const { total: events } = workspace.eventQuery.list({ mediaIds }, undefined, 0, 1);
  if (events > 0)
    files.push(
      ...(await exportEvents(workspace, { path: inFolder('events.csv'), format: 'csv', filter: { mediaIds } })).files,
    );
  const used = workspace.classifiers.current();
  const classifier = used === null ? null : workspace.classifiers.get(used);
  const predicted = used === null ? 0 : workspace.classifiers.predictions(used, clipIds).clipIds.length;
  if (classifier && predicted > 0)
    for (const format of ['csv', 'parquet'] as const)
      files.push(...(await exportPredictions(context, classifier, inFolder(`predictions.${format}`), format, clipIds)));
  files.push(...(await writeVectors(context, folder, clipIds, signal)));
  const manifest = {
    madeWith: `CAV-MAE Studio ${appVersion}`,
    madeAt: new Date().toISOString(),
    workspace: path.basename(workspace.path),
    subset: plan.scope,
    layout: plan.layout,
    clips: rows.length,
    recordings: mediaIds.length,
    events,
    model: workspace.vectors.current()?.modelId ?? null,
    classifier: classifier ? { name: classifier.name, version: classifier.createdAt, clips: predicted } : null,
    tables: files.map((file) => path.basename(file)),
  };
  writeDurably(inFolder('dataset.json'), text(`${JSON.stringify(manifest, null, 2)}\n`));
  return [...files, inFolder('dataset.json')];
}
