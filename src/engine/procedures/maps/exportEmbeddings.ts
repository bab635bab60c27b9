// Embeddings out of the workspace: NumPy matrices with a table of their clips, or one Parquet file with a list column per space.
import type { JobParams, JobResult } from '../../../shared/contract/jobKinds.ts';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { ByteWriter, parquetWrite } from 'hyparquet-writer';
import type { Space } from '../../../shared/contract/model.ts';
import type { ClipRecord } from '../../collection/stores.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import { embeddedClips, embeddingSetOf, type EmbeddingSetRef } from './embeddingRows.ts';
import type { EngineContext } from '../engineContext.ts';
import { npyHeader } from '../../../shared/wire/npy.ts';

export type ExportEmbeddingsParams = JobParams<'export'>;
export type ExportResult = JobResult<'export'>;

/** Clips read and written at a time. */
const CHUNK = 4096;

/** Writes a file whole or not at all. */
async function writeWhole(
  path: string,
  write: (append: (bytes: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<string> {
  const part = `${path}.part`;
  const file = await open(part, 'w');
  try {
    await write(async (bytes) => void (await file.write(bytes)));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
  return path;
}

const bytesOf = (data: Float32Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function chunks(clipIds: readonly number[]): number[][] {
  return Array.from({ length: Math.ceil(clipIds.length / CHUNK) }, (_, i) => clipIds.slice(i * CHUNK, (i + 1) * CHUNK));
}

/** A folder with `<space>.npy` [clips, dim] and `clips.csv`, whose lines are the rows; one space may go to a .npy file of that name. */
async function writeNpy(
  { workspace }: EngineContext,
  job: JobContext<ExportEmbeddingsParams, null>,
  set: EmbeddingSetRef,
  clipIds: readonly number[],
): Promise<string[]> {
  const { path, spaces } = job.params;
  const single = extname(path) === '.npy' && spaces.length === 1;
  const folder = single ? dirname(path) : path;
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const [at, space] of spaces.entries()) {
    files.push(
      await writeWhole(single ? path : join(folder, `${space}.npy`), async (append) => {
        await append(npyHeader('<f4', [clipIds.length, set.dim]));
        for (const [i, chunk] of chunks(clipIds).entries()) {
          job.signal.throwIfAborted();
          await append(bytesOf(workspace.vectors.rows(set.setId, space, chunk)));
          job.progress({
            done: at * clipIds.length + Math.min(clipIds.length, (i + 1) * CHUNK),
            total: spaces.length * clipIds.length,
          });
        }
      }),
    );
  }
  const table = single ? path.replace(/\.npy$/, '.clips.csv') : join(folder, 'clips.csv');
  files.push(
    await writeWhole(table, async (append) => {
      await append(Buffer.from(stringify([['clip', 'path', 'start_s', 'end_s']])));
      for (const chunk of chunks(clipIds)) {
        const rows = workspace.clips
          .many(chunk)
          .map(({ id, absolutePath, startS, endS }) => [id, absolutePath, startS, endS]);
        await append(Buffer.from(stringify(rows, { escape_formulas: true })));
      }
    }),
  );
  return files;
}

const scalar = (name: string, type: 'INT32' | 'DOUBLE') => ({ name, type, repetition_type: 'REQUIRED' as const });
const list = (name: string) => [
  { name, repetition_type: 'OPTIONAL' as const, converted_type: 'LIST' as const, num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED' as const, num_children: 1 },
  { name: 'element', type: 'FLOAT' as const, repetition_type: 'REQUIRED' as const },
];

/** One row per clip; a space the clip does not have is null. */
async function writeParquet(
  { workspace }: EngineContext,
  job: JobContext<ExportEmbeddingsParams, null>,
  set: EmbeddingSetRef,
  clipIds: readonly number[],
): Promise<string[]> {
  const { path, spaces } = job.params;
  const clips: ClipRecord[] = workspace.clips.many(clipIds);
  const vectors = (space: Space) => {
    const rows = workspace.vectors.rows(set.setId, space, clipIds);
    return clipIds.map((_, i) =>
      Number.isNaN(rows[i * set.dim]!) ? null : Array.from(rows.subarray(i * set.dim, (i + 1) * set.dim)),
    );
  };
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    columnData: [
      { name: 'clip', data: clips.map(({ id }) => id) },
      { name: 'path', data: clips.map(({ absolutePath }) => absolutePath) },
      { name: 'start_s', data: clips.map(({ startS }) => startS) },
      { name: 'end_s', data: clips.map(({ endS }) => endS) },
      ...spaces.map((space) => ({ name: space, data: vectors(space) })),
    ],
    schema: [
      { name: 'root', num_children: 4 + spaces.length },
      scalar('clip', 'INT32'),
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      scalar('start_s', 'DOUBLE'),
      scalar('end_s', 'DOUBLE'),
      ...spaces.flatMap(list),
    ],
    kvMetadata: [{ key: 'model', value: set.modelId }],
  });
  await mkdir(dirname(path), { recursive: true });
  return [await writeWhole(path, (append) => append(new Uint8Array(writer.getBuffer())))];
}

/** Exports the collection's present embedding set. */
export const createExportEmbeddingsRunner = (
  context: EngineContext,
): JobRunner<ExportEmbeddingsParams, null, ExportResult> => ({
  lane: 'io',
  run: async (job) => {
    const set = embeddingSetOf(context);
    const clipIds = embeddedClips(context, set);
    return { files: await (job.params.format === 'npy' ? writeNpy : writeParquet)(context, job, set, clipIds) };
  },
});
