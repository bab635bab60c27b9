// Where a clip's model input lies in a workspace. Named by content and window, so that a moved file or a second copy needs no new decode.
import { join } from 'node:path';

/** What names an input: the medium's content and the window in seconds. */
export interface InputKey { contentHash: string; startS: number; endS: number }

const stemOf = ({ contentHash, startS, endS }: InputKey): string => `${contentHash.slice(0, 16)}-${Math.round(startS * 1000)}-${Math.round(endS * 1000)}`;

/** `<workspace>/inputs/<first 16 of contentHash>-<startMs>-<endMs>.safetensors`. The folder is a cache: call `ensureClipInput` before reading. */
export const inputPathOf = (workspacePath: string, clip: InputKey): string => join(workspacePath, 'inputs', `${stemOf(clip)}.safetensors`);

/** `<workspace>/thumbnails/<same stem>.jpg`. */
export const thumbnailPathOf = (workspacePath: string, clip: InputKey): string => join(workspacePath, 'thumbnails', `${stemOf(clip)}.jpg`);

/** `<workspace>/previews/<same stem>.mp4`. */
export const previewPathOf = (workspacePath: string, clip: InputKey): string => join(workspacePath, 'previews', `${stemOf(clip)}.mp4`);
