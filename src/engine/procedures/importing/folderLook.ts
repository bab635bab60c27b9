// One look at a watched folder: what is new or has changed and has stopped growing, and what is gone or back.
import { stat } from 'node:fs/promises';
import type { EngineContext } from '../engineContext.ts';
import { walkMedia } from '../../media/walkMedia.ts';
import { noteMissingFiles } from './missingFiles.ts';

/** What a file looked like, and since when (milliseconds). */
export interface Seen {
  mark: string;
  sinceMs: number;
}

export interface FolderLook {
  /**
   * New or changed, and not grown for as long as asked: to be imported. By path, with the mark of what they are now.
   */
  ready: Map<string, string>;
  /** Still growing, or seen for the first time: to be looked at again. */
  growing: boolean;
  folders: string[];
  /** Files went missing or came back. */
  missingChanged: boolean;
}

const portion = 100;

/**
 * @param seen what an earlier look saw of files that are not in the collection; brought up to date
 * @param tried files queued before, by mark: left alone until they change; those that are in the collection by now, or
 * gone, are taken out
 */
export async function lookAtFolder(
  context: Pick<EngineContext, 'workspace'>,
  root: { id: number; path: string },
  {
    seen,
    tried,
    settleMs,
    signal,
  }: { seen: Map<string, Seen>; tried: Map<string, string>; settleMs: number; signal: AbortSignal },
): Promise<FolderLook> {
  const { workspace } = context;
  const { paths, folders } = await walkMedia([root.path], signal);
  const nowMs = performance.now();
  const ready = new Map<string, string>();
  const open = new Set<string>();
  let growing = false;
  for (let at = 0; at < paths.length; at += portion) {
    signal.throwIfAborted();
    const files = await Promise.all(
      paths.slice(at, at + portion).map(async (path) => ({ path, file: await stat(path).catch(() => null) })),
    );
    for (const { path, file } of files) {
      if (!file) continue;
      const known = workspace.media.known(path);
      if (known && known.sizeBytes === file.size && known.modifiedMs === Math.round(file.mtimeMs)) continue;
      open.add(path);
      const mark = `${file.size} ${Math.round(file.mtimeMs)}`;
      if (tried.get(path) === mark) continue;
      const before = seen.get(path);
      if (before?.mark !== mark) seen.set(path, { mark, sinceMs: nowMs });
      // An empty file is one that is about to be written.
      if (file.size > 0 && before?.mark === mark && nowMs - before.sinceMs >= settleMs) ready.set(path, mark);
      else growing ||= file.size > 0;
    }
  }
  for (const map of [seen, tried]) for (const path of map.keys()) if (!open.has(path)) map.delete(path);
  return { ready, growing, folders, missingChanged: await noteMissingFiles(context, root.id) };
}
