// A store in a folder, such as a shared disk. Objects appear whole or not at all: written beside their place, synced, then linked or
// renamed into it.
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, open, opendir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '../../shared/engineError.ts';
import type { ObjectStore, StoredObject } from './objectStore.ts';

const unfinished = '.writing-';
const codeOf = (thrown: unknown): string | undefined => (thrown as { code?: string }).code;
const absent = (thrown: unknown): boolean => codeOf(thrown) === 'ENOENT' || codeOf(thrown) === 'ENOTDIR';
/** What a network file system says while its server is away. */
const passing = new Set(['EIO', 'ESTALE', 'ETIMEDOUT', 'EAGAIN', 'EBUSY', 'EHOSTDOWN', 'EREMOTEIO']);

function told(thrown: unknown): EngineError {
  if (!passing.has(codeOf(thrown) ?? '')) return EngineError.from(thrown);
  return new EngineError('BACKEND_UNAVAILABLE', `the store does not answer: ${(thrown as Error).message}`, {}, thrown);
}

export class FileStore implements ObjectStore {
  readonly url: string;
  private readonly folder: string;

  constructor(folder: string, url: string) {
    this.folder = folder;
    this.url = url;
  }

  private at(key: string): string {
    return path.join(this.folder, ...key.split('/'));
  }

  async get(key: string): Promise<Uint8Array | null> {
    try {
      return await readFile(this.at(key));
    } catch (thrown) {
      if (absent(thrown)) return null;
      throw told(thrown);
    }
  }

  async range(key: string, from: number, to: number): Promise<Uint8Array> {
    const bytes = Buffer.alloc(to - from);
    try {
      const file = await open(this.at(key), 'r');
      try {
        const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
        return bytes.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    } catch (thrown) {
      throw told(thrown);
    }
  }

  /** Runs `write` on a file beside the key's place, then `settle` to bring it there. */
  private async beside<T>(
    key: string,
    write: (temporary: string) => Promise<void>,
    settle: (temporary: string, target: string) => Promise<T>,
  ): Promise<T> {
    const target = this.at(key);
    const temporary = path.join(path.dirname(target), `${unfinished}${randomUUID()}`);
    try {
      await mkdir(path.dirname(target), { recursive: true });
      await write(temporary);
      return await settle(temporary, target);
    } catch (thrown) {
      throw told(thrown);
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  private written = (bytes: Uint8Array) => async (temporary: string) => {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  };

  put(key: string, bytes: Uint8Array): Promise<void> {
    return this.beside(key, this.written(bytes), rename);
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    return this.beside(key, this.written(bytes), async (temporary, target) => {
      try {
        await link(temporary, target);
        return true;
      } catch (thrown) {
        if (codeOf(thrown) === 'EEXIST') return false;
        if (codeOf(thrown) !== 'EPERM' && codeOf(thrown) !== 'ENOTSUP' && codeOf(thrown) !== 'EOPNOTSUPP') throw thrown;
      }
      // No hard links here: the name is taken first, then the content comes whole.
      try {
        await (await open(target, 'wx')).close();
      } catch (thrown) {
        if (codeOf(thrown) === 'EEXIST') return false;
        throw thrown;
      }
      await rename(temporary, target);
      return true;
    });
  }

  async head(key: string): Promise<StoredObject | null> {
    try {
      const { size, mtimeMs } = await stat(this.at(key));
      return { key, bytes: size, modifiedMs: mtimeMs };
    } catch (thrown) {
      if (absent(thrown)) return null;
      throw told(thrown);
    }
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    const folder = this.at(prefix.slice(0, prefix.lastIndexOf('/') + 1));
    const entries = await opendir(folder, { recursive: true }).catch((thrown: unknown) => {
      if (absent(thrown)) return null;
      throw told(thrown);
    });
    if (!entries) return;
    for await (const entry of entries) {
      if (!entry.isFile() || entry.name.startsWith(unfinished)) continue;
      const full = path.join(entry.parentPath, entry.name);
      const key = path.relative(this.folder, full).split(path.sep).join('/');
      const about = key.startsWith(prefix) ? await this.head(key) : null;
      if (about) yield about;
    }
  }

  async remove(key: string): Promise<void> {
    await rm(this.at(key), { force: true }).catch((thrown: unknown) => {
      if (!absent(thrown)) throw told(thrown);
    });
  }

  upload(key: string, file: string): Promise<void> {
    return this.beside(
      key,
      async (temporary) => {
        await pipeline(createReadStream(file), createWriteStream(temporary, { flags: 'wx', flush: true }));
      },
      rename,
    );
  }

  close(): void {}
}
