// Messages between the desktop shell and the engine's process, other than requests. Plain JSON over Node's process
// channel.
import type { ErrorDetail } from './contract/errors.ts';

/** From the engine's process to the shell. */
export type EngineMessage =
  /** The socket takes requests. */
  | { type: 'listening' }
  /** The workspace cannot be opened; the process then ends by itself. */
  | { type: 'refused'; message: string; detail: ErrorDetail }
  /** A workspace was opened. `file` stands for it in lists of recent documents; `recent` are folders, newest first. */
  | { type: 'workspace'; path: string; file: string; recent: string[] }
  /** Jobs that run now, and how far they are together (0 to 1); null where that is not known. */
  | { type: 'work'; running: number; progress: number | null };

/** From the shell: end in order. */
export interface StopMessage {
  type: 'stop';
}

/** Answers with the media files of the clips named in `?clips=1,2`, as a JSON array of full paths. */
export const clipFilesPath = '/shell/clip-files';
