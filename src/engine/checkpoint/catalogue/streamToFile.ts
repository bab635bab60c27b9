// Writing a large file that appears whole or not at all: pieces go to a file beside it, which is synced and renamed
// when complete.
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';

const pieceBytes = 64 * 1024 * 1024;

export interface FileSink {
  /** Bytes written so far. */
  readonly at: number;
  write(bytes: Uint8Array): Promise<void>;
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(pieceBytes, bytes.length - done));
    done += bytesWritten;
  }
}

/**
 * @param fill writes the file's pieces in order
 * @throws EngineError DISK_FULL and others; what stood at `path` is then untouched and no part stays behind
 */
export async function streamToFile(path: string, fill: (sink: FileSink) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'w');
    try {
      let at = 0;
      await fill({
        get at() {
          return at;
        },
        async write(bytes) {
          await writeAll(file, bytes);
          at += bytes.length;
        },
      });
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw EngineError.from(thrown);
  }
}
