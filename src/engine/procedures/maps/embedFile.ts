// Vectors of a file outside the collection, with the model of the present embeddings. Kept in memory only: a recording or a dropped file
// that was uploaded for a search is deleted once it is embedded, and also where it could not be.
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Space } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { resolveModel, wantsAlignedFrames } from '../../checkpoint/catalogue/catalogue.ts';
import type { EmbeddingSetRef } from './embeddingRows.ts';
import { encoderFolder } from './encoderFolder.ts';
import type { EngineContext } from '../engineContext.ts';
import { forgetUpload } from '../importing/forgetUpload.ts';

export type FileVectors = Record<Space, Float32Array>;

const remembered = 64;
const framesPerClip = 10;
const known = new WeakMap<object, Map<string, { version: string | null; vectors: FileVectors }>>();

/** The first ten seconds of `file`; NaN where it lacks a modality. Throws NOT_FOUND, DECODE_FAILED. */
export async function embedFile(
  context: EngineContext,
  set: EmbeddingSetRef,
  file: string,
  signal?: AbortSignal,
): Promise<FileVectors> {
  const { workspace } = context;
  const cache = known.get(workspace) ?? new Map<string, { version: string | null; vectors: FileVectors }>();
  known.set(workspace, cache);
  const key = `${set.setId}|${path.resolve(file)}`;
  const version = await versionOf(file);
  const there = cache.get(key);
  if (there && (version === null || version === there.version)) return there.vectors;
  if (version === null) throw new EngineError('NOT_FOUND', `there is no file ${file}`, { path: file });
  try {
    const vectors = await embed(context, set, file, signal);
    cache.delete(key);
    cache.set(key, { version, vectors });
    for (const oldest of cache.keys()) if (cache.size > remembered) cache.delete(oldest);
    return vectors;
  } finally {
    await forgetUpload(context, file);
  }
}

async function embed(
  { media, compute, workspace, readOnly }: EngineContext,
  set: EmbeddingSetRef,
  file: string,
  signal?: AbortSignal,
): Promise<FileVectors> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cavmae-'));
  const options = signal ? { signal } : {};
  const { precision, device } = workspace.vectors.get(set.setId);
  try {
    const inputPath = path.join(folder, 'input.safetensors');
    const model = resolveModel(workspace, set.modelId);
    const aligned = await wantsAlignedFrames(model);
    await media.calls.prepare({ path: path.resolve(file), inputPath, thumbnailPath: null, aligned }, options);
    const { joint, audio, visual, failed, dim } = await compute.calls.embed(
      {
        model,
        graphs: readOnly ? undefined : encoderFolder(workspace),
        inputs: [inputPath],
        frames: framesPerClip,
        precision,
        device: device ?? undefined,
      },
      options,
    );
    const failure = failed[0];
    if (failure) throw new EngineError(failure.code, failure.message, { path: file });
    if (dim !== set.dim)
      throw new EngineError(
        'CONFLICT',
        `the model gives ${dim} numbers a clip, the collection's embeddings have ${set.dim}`,
        { hint: 'Embed the collection again with this model.' },
      );
    return { joint, audio, visual };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function versionOf(file: string): Promise<string | null> {
  const facts = await stat(file).catch(() => null);
  return facts?.isFile() ? `${facts.size}:${facts.mtimeMs}` : null;
}
