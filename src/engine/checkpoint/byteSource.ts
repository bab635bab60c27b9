// Bounded reads from a file. A range outside the file is refused before memory is allocated, so truncated files and
// wrong lengths give a clear error.
import { open, type FileHandle } from 'node:fs/promises';
import { EngineError } from '../../shared/engineError.ts';
import { assertRegularFile } from '../base/readBounded.ts';

/** The largest piece handed to one read call; Node refuses more than 2 GiB at once. */
const pieceBytes = 64 * 1024 * 1024;

/** A damaged or unacceptable file, named. */
export const badFile = (path: string, message: string, hint?: string): EngineError =>
  new EngineError('BAD_INPUT', `${path}: ${message}`, { path, ...(hint && { hint }) });

export class ByteSource {
  readonly path: string;
  readonly size: number;
  private readonly file: FileHandle;

  private constructor(path: string, size: number, file: FileHandle) {
    this.path = path;
    this.size = size;
    this.file = file;
  }

  /** @throws EngineError NOT_FOUND, BAD_INPUT (a folder, no permission) */
  static async open(path: string): Promise<ByteSource> {
    await assertRegularFile(path);
    const file = await open(path, 'r').catch((thrown: unknown) => {
      throw EngineError.from(thrown);
    });
    const info = await file.stat();
    if (info.isFile()) return new ByteSource(path, info.size, file);
    await file.close();
    throw badFile(path, 'is not a file');
  }

  close(): Promise<void> {
    return this.file.close();
  }

  /** @throws EngineError BAD_INPUT when [offset, offset + length) is not inside the file; `what` names the piece */
  async read(offset: number, length: number, what: string): Promise<Buffer> {
    this.check(offset, length, what);
    const bytes = Buffer.alloc(length);
    await this.readInto(bytes, offset, what);
    return bytes;
  }

  check(offset: number, length: number, what: string): void {
    if (
      !Number.isSafeInteger(offset) ||
      !Number.isSafeInteger(length) ||
      offset < 0 ||
      length < 0 ||
      offset + length > this.size
    ) {
      throw badFile(
        this.path,
        `${what} lies outside the file (bytes ${offset} to ${offset + length} of ${this.size}); the file is truncated or damaged`,
      );
    }
  }

  /** Fills `bytes` from `offset`, straight into the caller's memory. */
  async readInto(bytes: Uint8Array, offset: number, what: string): Promise<void> {
    this.check(offset, bytes.length, what);
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await this.file.read(bytes, done, Math.min(pieceBytes, bytes.length - done), offset + done);
      if (bytesRead === 0) throw badFile(this.path, `${what} ends early; the file changed while it was read`);
      done += bytesRead;
    }
  }
}
