// The model input of a clip, decoded again where the cache has dropped it. Everyone who reads inputs asks here first.
import { stat, utimes } from 'node:fs/promises';
import { EngineError } from '../../shared/engineError.ts';
import { inputPathOf, thumbnailPathOf } from './inputPath.ts';
import type { MediaKind } from './mediaKind.ts';
import { holdsAligned, readInputHeader } from './wholeInput.ts';

/** What is needed of a clip (a `ClipRecord`). */
export interface ClipSource {
  absolutePath: string;
  kind: MediaKind;
  startS: number;
  endS: number;
  contentHash: string;
}

/** Where files made of clips lie. `cachePath`: where they are made for a reader, which writes nothing into the workspace. */
export interface CacheFolders {
  path: string;
  cachePath?: string;
}

/** What is needed of the engine's context. */
export interface ClipInputMaker {
  workspace: CacheFolders;
  media: {
    calls: {
      prepare(
        input: {
          path: string;
          kind: MediaKind;
          startS: number;
          endS: number;
          inputPath: string;
          thumbnailPath: string;
          aligned?: boolean;
        },
        options?: { signal?: AbortSignal },
      ): Promise<unknown>;
    };
  };
}

const making = new Map<string, Promise<unknown>>();

const holdsBytes = (path: string): Promise<boolean> =>
  stat(path).then(
    ({ size }) => size > 0,
    () => false,
  );

/** The file that `pathOf` names in the workspace where it is there, else where it may be made. */
export async function cachedFile(folders: CacheFolders, pathOf: (root: string) => string): Promise<string> {
  const own = pathOf(folders.path);
  return folders.cachePath === undefined || folders.cachePath === folders.path || (await holdsBytes(own))
    ? own
    : pathOf(folders.cachePath);
}

/**
 * The path of the clip's input file, there and whole when it resolves, and marked as used (the folder drops what was not used longest).
 * @param options `aligned`: with the sixteen frames that CAV-MAE Sync looks at; a file without them is made again, and serves other models too
 * @throws EngineError DECODE_FAILED, NOT_FOUND (the media is gone), CANCELLED
 */
export async function ensureClipInput(
  { workspace, media }: ClipInputMaker,
  clip: ClipSource,
  { signal, thumbnail = false, aligned = false }: { signal?: AbortSignal; thumbnail?: boolean; aligned?: boolean } = {},
): Promise<string> {
  const ready = await cachedFile(workspace, (root) => inputPathOf(root, clip));
  const picture = await cachedFile(workspace, (root) => thumbnailPathOf(root, clip));
  const header = await readInputHeader(ready);
  if (header && (!aligned || holdsAligned(header)) && (!thumbnail || (await holdsBytes(picture)))) {
    const now = new Date();
    // Of a reader's files nothing is touched; of a writer's, a folder that may not be written is no reason to decode again.
    if (workspace.cachePath === undefined || workspace.cachePath === workspace.path)
      await utimes(ready, now, now).catch(() => undefined);
    return ready;
  }
  const made = workspace.cachePath ?? workspace.path;
  const inputPath = inputPathOf(made, clip);
  const thumbnailPath = thumbnailPathOf(made, clip);
  const { absolutePath: path, kind, startS, endS } = clip;
  for (let others = making.get(inputPath); others; others = making.get(inputPath)) {
    // Who asked first may give up: whoever still wants the clip goes on.
    const gaveUp = await others.then(
      () => false,
      (thrown: unknown) => {
        if (EngineError.from(thrown).code !== 'CANCELLED' || signal?.aborted) throw thrown;
        return true;
      },
    );
    if (!gaveUp) {
      // What another asked for may lack the frames that are wanted here.
      const made = aligned ? await readInputHeader(inputPath) : null;
      if (!aligned || (made && holdsAligned(made))) return inputPath;
    }
  }
  const work = media.calls
    .prepare(
      { path, kind, startS, endS, inputPath, thumbnailPath, ...(aligned && { aligned }) },
      signal ? { signal } : {},
    )
    .finally(() => making.delete(inputPath));
  making.set(inputPath, work);
  await work;
  return inputPath;
}
