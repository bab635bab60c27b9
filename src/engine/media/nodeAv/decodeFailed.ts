// The one way a decode ends badly: DECODE_FAILED with the path and FFmpeg's reason.
import { FFmpegError } from 'node-av/lib';
import { EngineError } from '../../../shared/engineError.ts';

/** `code` is FFmpeg's negative return value where there is one. */
export function decodeFailed(path: string, what: string, code?: number): EngineError {
  const reason = code === undefined ? '' : `: ${FFmpegError.strerror(code).trim()}`;
  return new EngineError('DECODE_FAILED', `${what}${reason}`, {
    path,
    hint: 'The file is damaged or of a kind that cannot be decoded.',
  });
}

/** Throws CANCELLED when the caller has given up. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new EngineError('CANCELLED', 'decoding was cancelled');
}
