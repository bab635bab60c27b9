// The one error type that crosses rooms and processes.
import type { ErrorCode, ErrorDetail } from './contract/errors.ts';

/** An error with a code of the closed table and what a person needs to act. Unknown throws become INTERNAL once, with their cause. */
export class EngineError extends Error {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}, cause?: unknown) {
    super(message, { cause });
    this.name = 'EngineError';
    this.code = code;
    this.detail = detail;
  }

  /** Wraps anything thrown; full disks, lack of memory and cancellations keep their meaning. */
  static from(thrown: unknown): EngineError {
    if (thrown instanceof EngineError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const { code, name, path } = (thrown ?? {}) as { code?: string; name?: string; path?: string };
    const detail = path ? { path } : {};
    if (name === 'AbortError') return new EngineError('CANCELLED', message, detail, thrown);
    // SQLite's shared memory file, of which the disk has no room left for the first page.
    if (code === 'ENOSPC' || code === 'SQLITE_FULL' || code === 'EDQUOT' || code === 'SQLITE_IOERR_SHMSIZE')
      return new EngineError(
        'DISK_FULL',
        `the disk is full: ${message}`,
        { ...detail, hint: 'Free some space; what was stored so far is kept.' },
        thrown,
      );
    if (code === 'ENOENT') return new EngineError('NOT_FOUND', message, detail, thrown);
    if (code === 'EACCES' || code === 'EPERM')
      return new EngineError(
        'BAD_INPUT',
        `no permission: ${message}`,
        { ...detail, hint: 'Allow this user to read and write there, then try again. What was stored so far is kept.' },
        thrown,
      );
    // A drive that was pulled out, or a network folder that is gone.
    if (
      code === 'EIO' ||
      code === 'ENODEV' ||
      code === 'ENXIO' ||
      code === 'ESTALE' ||
      code?.startsWith('SQLITE_IOERR')
    )
      return new EngineError(
        'NOT_FOUND',
        `the drive does not answer: ${message}`,
        { ...detail, hint: 'Connect the drive again, then try again. What was stored so far is kept.' },
        thrown,
      );
    if (code?.startsWith('SQLITE_READONLY') || code === 'SQLITE_CANTOPEN')
      return new EngineError(
        'BAD_INPUT',
        `the workspace's database cannot be written: ${message}`,
        { ...detail, hint: 'Make the workspace folder writable, then try again. What was stored so far is kept.' },
        thrown,
      );
    if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'EROFS')
      return new EngineError(
        'BAD_INPUT',
        {
          EEXIST: 'there is something else at this place',
          ENOTDIR: 'a part of this path is a file, not a folder',
          EISDIR: 'this is a folder, not a file',
          EROFS: 'this place cannot be written',
        }[code],
        detail,
        thrown,
      );
    return new EngineError('INTERNAL', message, detail, thrown);
  }

  /** The cloneable form for worker messages. */
  toJSON(): { code: ErrorCode; message: string; detail: ErrorDetail } {
    return { code: this.code, message: this.message, detail: this.detail };
  }
}
