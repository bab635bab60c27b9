// A model travels as a file of the store under its hash, and is verified by whoever takes it.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { contentHash } from '../base/contentHash.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { ObjectStore } from './objectStore.ts';
import { digest, type SharedModel } from './recipe.ts';
import { modelKey } from './storeLayout.ts';

const pieceBytes = 8 * 1024 ** 2;

/** Of the checkpoint and of a configuration beside it. */
async function hashOfFiles(file: string, config: string | null): Promise<string> {
  const own = await contentHash(file);
  if (config === null) return own;
  const hash = createHash('sha256').update(own);
  for await (const piece of createReadStream(config)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

/**
 * @param resolved a checkpoint's path, or `random:SIZE:SEED`
 * @param config path of a configuration beside it that it needs
 */
export async function describeModel(resolved: string, name: string, config: string | null): Promise<SharedModel> {
  if (resolved.startsWith('random:')) return { hash: digest(resolved), name, file: resolved, config: null };
  return {
    hash: await hashOfFiles(resolved, config),
    name,
    file: path.basename(resolved),
    config: config === null ? null : path.basename(config),
  };
}

/** Uploads the model unless it is there. */
export async function publishModel(
  store: ObjectStore,
  model: SharedModel,
  resolved: string,
  config: string | null,
): Promise<void> {
  if (model.file.startsWith('random:')) return;
  if (config !== null) await store.upload(modelKey(model.hash, model.config!), config);
  const there = await store.head(modelKey(model.hash, model.file));
  if (there?.bytes !== (await stat(resolved)).size) await store.upload(modelKey(model.hash, model.file), resolved);
}

/** Copies an object to a file by ranges; the file appears whole or not at all. @throws EngineError NOT_FOUND, DISK_FULL */
export async function downloadObject(
  store: ObjectStore,
  key: string,
  target: string,
  signal?: AbortSignal,
): Promise<void> {
  const about = await store.head(key);
  if (!about) throw new EngineError('NOT_FOUND', `the store ${store.url} has no ${key}`, { path: key });
  await mkdir(path.dirname(target), { recursive: true });
  const temporary = `${target}.part-${process.pid}`;
  const file = await open(temporary, 'w');
  try {
    for (let from = 0; from < about.bytes;) {
      signal?.throwIfAborted();
      const bytes = await store.range(key, from, Math.min(about.bytes, from + pieceBytes));
      if (bytes.length === 0) throw new EngineError('BACKEND_UNAVAILABLE', `${key} became shorter while it was read`);
      await file.writeFile(bytes);
      from += bytes.length;
    }
    await file.close();
    await rename(temporary, target);
  } catch (thrown) {
    throw EngineError.from(thrown);
  } finally {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
  }
}

/**
 * The model as this machine opens it: a checkpoint's path below `folder`, or `random:SIZE:SEED`.
 * @throws EngineError CHECKPOINT_MISMATCH where the file is not what the run was made with; the file is then removed here
 */
export async function fetchModel(store: ObjectStore, model: SharedModel, folder: string): Promise<string> {
  if (model.file.startsWith('random:')) {
    if (digest(model.file) === model.hash) return model.file;
    throw new EngineError('CHECKPOINT_MISMATCH', `the model ${model.file} does not have the hash of this run`);
  }
  const own = path.join(folder, model.hash);
  const files = [model.file, ...(model.config === null ? [] : [model.config])].map((name) => path.basename(name));
  for (const name of files) {
    const there = await stat(path.join(own, name)).catch(() => null);
    if (!there) await downloadObject(store, modelKey(model.hash, name), path.join(own, name));
  }
  const [file, config] = files.map((name) => path.join(own, name));
  const hash = await hashOfFiles(file!, config ?? null);
  if (hash === model.hash) return file!;
  await rm(own, { recursive: true, force: true });
  throw new EngineError(
    'CHECKPOINT_MISMATCH',
    `the model ${model.name} in the store has the hash ${hash.slice(0, 12)}…, this run was made with ${model.hash.slice(0, 12)}…`,
    {
      path: modelKey(model.hash, model.file),
      hint: 'Remove this object from the store and start the run again; it is then uploaded anew. Nothing was embedded with it.',
    },
  );
}
