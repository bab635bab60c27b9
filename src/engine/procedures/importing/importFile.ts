// Brings one file into the collection: recognised by size and time, else by content, else probed and decoded once.
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ItemFailure } from '../../../shared/contract/errors.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { MediaRecord } from '../../collection/stores.ts';
import { isPlannedWindow } from '../../media/planWindows.ts';
import type { EngineContext } from '../engineContext.ts';
import { fileLimitS, type MediaGate } from '../inputs/mediaGate.ts';
import { importTags } from './importTags.ts';
import { decodeFile, type ImportWindows } from './decodeFile.ts';

/** `failure`: some windows of the file could not be decoded while others could. */
export interface ImportedFile {
  change: 'added' | 'changed' | 'known';
  mediaId: number;
  clipIds: number[];
  failure: ItemFailure | null;
}

export interface ImportFileOptions extends ImportWindows {
  signal: AbortSignal;
  /** Called before anything is stored, so that a kill between storing and counting can be told. */
  beforeStoring(change: 'added' | 'changed', clips: number): void;
  /** Called while the windows of a long file are decoded. */
  onWindow?(done: number, total: number): void;
}

type Context = Pick<EngineContext, 'workspace'>;

/** The clips of a medium, and whether they are the windows now asked for. */
function presentClips(
  { workspace }: Context,
  media: MediaRecord,
  { windowS, hopS }: ImportWindows,
): { clipIds: number[]; same: boolean } {
  const clipIds = workspace.clips.ids({ mediaIds: [media.id] });
  const clips = workspace.clips.many(clipIds);
  return {
    clipIds,
    same: clips.length > 0 && clips.every((clip) => isPlannedWindow(clip, media.durationS, windowS, hopS)),
  };
}

const asKnown = (mediaId: number, clipIds: number[]): ImportedFile => ({
  change: 'known',
  mediaId,
  clipIds,
  failure: null,
});

/**
 * Reads and decodes a file. Returns a function that stores it: the caller stores files in the order of its list, so that clips are
 * numbered alike in every run.
 * @throws EngineError DECODE_FAILED, NOT_FOUND, BAD_INPUT with the path; DISK_FULL and CANCELLED, which concern the whole import
 */
export async function importFile(
  context: Context,
  gate: MediaGate,
  path: string,
  options: ImportFileOptions,
): Promise<() => ImportedFile> {
  const { workspace } = context;
  const { signal } = options;
  const file = await stat(path);
  if (!file.isFile()) throw new EngineError('BAD_INPUT', 'not a file', { path });
  const now = { absolutePath: path, sizeBytes: file.size, modifiedMs: Math.round(file.mtimeMs) };
  const known = workspace.media.known(path);
  const unchanged = known !== null && known.sizeBytes === now.sizeBytes && known.modifiedMs === now.modifiedMs;
  const present = known && presentClips(context, known, options);
  const tagged = { path, sizeBytes: file.size, signal };
  if (unchanged && present!.same) {
    const saveTags = await importTags(context, gate, { ...tagged, mediaId: known.id });
    return () => {
      saveTags(known.id);
      return asKnown(known.id, present!.clipIds);
    };
  }
  if (file.size === 0) throw new EngineError('DECODE_FAILED', 'the file is empty (0 bytes)', { path });
  const { contentHash } = unchanged
    ? known
    : await gate.call(path, fileLimitS(file.size), signal, (calls, own) => calls.hash({ path }, { signal: own }));
  if (known?.contentHash === contentHash && present!.same)
    return () => {
      workspace.media.touch(known.id, now);
      return asKnown(known.id, present!.clipIds);
    };
  const alike = () => workspace.media.byHash(contentHash).filter((media) => media.id !== known?.id);
  const moved = known ? undefined : alike().find((media) => !existsSync(media.absolutePath));
  if (moved) {
    workspace.media.touch(moved.id, now);
    workspace.found.refresh([moved.id]);
    const clips = presentClips(context, moved, options);
    if (clips.same) return () => asKnown(moved.id, clips.clipIds);
  }
  const { windowS, hopS, onWindow } = options;
  const { media, failure } = await decodeFile(gate, {
    ...tagged,
    workspacePath: workspace.path,
    contentHash,
    windowS,
    hopS,
    onWindow: onWindow && ((done, total) => onWindow.call(options, done, total)),
  });
  const saveTags = await importTags(context, gate, tagged);
  return () => {
    if (alike().some((other) => other.id !== moved?.id)) for (const clip of media.clips) clip.badges.push('duplicate');
    options.beforeStoring(known || moved ? 'changed' : 'added', media.clips.length);
    return workspace.atomically(() => {
      const stored = { ...workspace.media.put(media), failure };
      saveTags(stored.mediaId);
      return stored;
    });
  };
}
