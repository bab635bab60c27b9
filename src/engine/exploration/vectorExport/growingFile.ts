// A file that grows and appears under its name when it is complete.
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';

export class GrowingFile {
  readonly path: string;
  private readonly file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.file = file;
  }

  /** Makes the folder if missing. @throws EngineError for a place that cannot be written */
  static async begin(path: string): Promise<GrowingFile> {
    try {
      await mkdir(dirname(path), { recursive: true });
      return new GrowingFile(path, await open(`${path}.part`, 'w'));
    } catch (thrown) {
      throw EngineError.from(thrown);
    }
  }

  /** @throws EngineError DISK_FULL and others */
  async append(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;)
        done += (await this.file.write(bytes, done, bytes.length - done)).bytesWritten;
    } catch (thrown) {
      throw EngineError.from(thrown);
    }
  }

  async finish(): Promise<string> {
    await this.file.sync();
    await this.file.close();
    await rename(`${this.path}.part`, this.path);
    return this.path;
  }

  async abort(): Promise<void> {
    await this.file.close().catch(() => {});
    await rm(`${this.path}.part`, { force: true });
  }
}
