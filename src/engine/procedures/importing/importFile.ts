// Brings one file into the collection: recognised by size and time, else by content, else probed and decoded once.
import { stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import type { Badge } from '../../../shared/contract/clip.ts';
import type { ItemFailure } from '../../../shared/contract/errors.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { MediaRecord, NewMedia } from '../../collection/stores.ts';
import { inputPathOf, thumbnailPathOf } from '../../media/inputPath.ts';
import { planWindows } from '../../media/planWindows.ts';
import type { EngineContext } from '../engineContext.ts';
import { fileLimitS, type MediaGate } from '../inputs/mediaGate.ts';

export interface ImportWindows {
  windowS: number;
  hopS: number;
}

/** `failures`: windows of the file that could not be decoded while others could. */
export interface ImportedFile {
  change: 'added' | 'changed' | 'known';
  mediaId: number;
  clipIds: number[];
  failures: ItemFailure[];
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
  windows: ImportWindows,
): { clipIds: number[]; same: boolean } {
  const clipIds = workspace.clips.ids({ mediaIds: [media.id] });
  const planned = planWindows(media.durationS, windows.windowS, windows.hopS);
  const starts = new Set(workspace.clips.many(clipIds).map((clip) => `${clip.startS} ${clip.endS}`));
  return {
    clipIds,
    same:
      starts.size > 0 &&
      [...starts].every((window) => planned.some((plan) => `${plan.startS} ${plan.endS}` === window)),
  };
}

/**
 * @throws EngineError DECODE_FAILED, NOT_FOUND, BAD_INPUT with the path; DISK_FULL and CANCELLED, which concern the whole import
 */
export async function importFile(
  context: Context,
  gate: MediaGate,
  path: string,
  options: ImportFileOptions,
): Promise<ImportedFile> {
  const { workspace } = context;
  const { signal } = options;
  const file = await stat(path);
  const now = { absolutePath: path, sizeBytes: file.size, modifiedMs: Math.round(file.mtimeMs) };
  const known = workspace.media.known(path);
  const unchanged = known !== null && known.sizeBytes === now.sizeBytes && known.modifiedMs === now.modifiedMs;
  const present = known && presentClips(context, known, options);
  if (unchanged && present!.same)
    return { change: 'known', mediaId: known.id, clipIds: present!.clipIds, failures: [] };
  if (file.size === 0) throw new EngineError('DECODE_FAILED', 'the file is empty (0 bytes)', { path });
  const limitS = fileLimitS(file.size);
  const { contentHash } = unchanged
    ? known
    : await gate.call(path, limitS, signal, (calls, own) => calls.hash({ path }, { signal: own }));
  if (known?.contentHash === contentHash && present!.same) {
    workspace.media.touch(known.id, now);
    return { change: 'known', mediaId: known.id, clipIds: present!.clipIds, failures: [] };
  }
  const alike = workspace.media.byHash(contentHash).filter((media) => media.id !== known?.id);
  const moved = known ? undefined : alike.find((media) => !existsSync(media.absolutePath));
  if (moved) {
    workspace.media.touch(moved.id, now);
    const clips = presentClips(context, moved, options);
    if (clips.same) return { change: 'known', mediaId: moved.id, clipIds: clips.clipIds, failures: [] };
  }
  const media = await decodeFile(context, gate, path, contentHash, options, limitS);
  if (alike.some((other) => other.id !== moved?.id)) for (const clip of media.clips) clip.badges.push('duplicate');
  options.beforeStoring(known || moved ? 'changed' : 'added', media.clips.length);
  const { failures, ...stored } = media;
  const put = workspace.media.put(stored);
  return { ...put, failures };
}

async function decodeFile(
  { workspace }: Context,
  gate: MediaGate,
  path: string,
  contentHash: string,
  { windowS, hopS, signal, onWindow }: ImportFileOptions,
  limitS: number,
): Promise<NewMedia & { failures: ItemFailure[] }> {
  const {
    rotation: _,
    salvaged,
    ...facts
  } = await gate.call(path, limitS, signal, (calls, own) => calls.probe({ path }, { signal: own }));
  const windows = planWindows(facts.durationS, windowS, hopS);
  const decoded = new Array<NewMedia['clips'][number] | null>(windows.length).fill(null);
  const failures: ItemFailure[] = [];
  const decodeWindow = async (index: number): Promise<void> => {
    const { startS, endS } = windows[index]!;
    const key = { contentHash, startS, endS };
    const input = {
      path,
      kind: facts.kind,
      durationS: facts.durationS,
      startS,
      endS,
      inputPath: inputPathOf(workspace.path, key),
      thumbnailPath: thumbnailPathOf(workspace.path, key),
    };
    try {
      const { badges } = await gate.call(path, limitS, signal, (calls, own) => calls.prepare(input, { signal: own }));
      const all: Badge[] = salvaged && !badges.includes('salvaged') ? [...badges, 'salvaged'] : badges;
      decoded[index] = { startS, endS, badges: all };
    } catch (thrown) {
      const error = EngineError.from(thrown);
      if (error.code !== 'DECODE_FAILED' || windows.length === 1) throw error;
      failures.push({ path, code: error.code, message: `${startS} s to ${endS} s: ${error.message}` });
    }
  };
  // Two windows of a long file beside each other, in the order of the file: memory stays flat.
  for (let index = 0; index < windows.length; index += 2) {
    await Promise.all([index, index + 1].filter((k) => k < windows.length).map(decodeWindow));
    if (windows.length > 2) onWindow?.(Math.min(index + 2, windows.length), windows.length);
  }
  const clips = decoded.filter((clip) => clip !== null);
  if (!clips.length)
    throw new EngineError('DECODE_FAILED', failures[0]?.message ?? 'nothing in the file can be decoded', { path });
  return { ...facts, absolutePath: path, contentHash, clips, failures };
}
