// Where a clip's model input lies in a workspace. Named by content and window, so that a moved file or a second copy
// needs no new decode.
import { join } from 'node:path';
import { clipVersion, contentDigits } from '../../shared/wire/urls.ts';

/** What names an input: the medium's content and the window in seconds. */
export interface InputKey {
  contentHash: string;
  startS: number;
  endS: number;
}

export const stemOf = ({ contentHash, startS, endS }: InputKey): string =>
  clipVersion({ content: contentHash.slice(0, contentDigits), startS, endS });

/** `<workspace>/inputs/<first 16 of contentHash>-<startMs>-<endMs>.safetensors`. The folder is a cache: call `ensureClipInput` before reading. */
export const inputPathOf = (workspacePath: string, clip: InputKey): string =>
  join(workspacePath, 'inputs', `${stemOf(clip)}.safetensors`);

/** `<workspace>/thumbnails/<same stem>.jpg`. */
export const thumbnailPathOf = (workspacePath: string, clip: InputKey): string =>
  join(workspacePath, 'thumbnails', `${stemOf(clip)}.jpg`);

/** `<workspace>/previews/<same stem>.mp4`. */
export const previewPathOf = (workspacePath: string, clip: InputKey): string =>
  join(workspacePath, 'previews', `${stemOf(clip)}.mp4`);
