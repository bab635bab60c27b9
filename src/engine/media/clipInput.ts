// The model input of a clip, decoded again where the cache has dropped it. Everyone who reads inputs asks here first.
import { access, utimes } from 'node:fs/promises';
import { EngineError } from '../../shared/engineError.ts';
import { inputPathOf, thumbnailPathOf } from './inputPath.ts';
import type { MediaKind } from './mediaKind.ts';

/** What is needed of a clip (a `ClipRecord`). */
export interface ClipSource {
  absolutePath: string;
  kind: MediaKind;
  startS: number;
  endS: number;
  contentHash: string;
}

/** What is needed of the engine's context. */
export interface ClipInputMaker {
  workspace: { path: string };
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
        },
        options?: { signal?: AbortSignal },
      ): Promise<unknown>;
    };
  };
}

const making = new Map<string, Promise<unknown>>();

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * The path of the clip's input file, there when it resolves, and marked as used (the folder drops what was not used longest).
 * @throws EngineError DECODE_FAILED, NOT_FOUND (the media is gone), CANCELLED
 */
export async function ensureClipInput(
  { workspace, media }: ClipInputMaker,
  clip: ClipSource,
  { signal, thumbnail = false }: { signal?: AbortSignal; thumbnail?: boolean } = {},
): Promise<string> {
  const inputPath = inputPathOf(workspace.path, clip);
  const thumbnailPath = thumbnailPathOf(workspace.path, clip);
  const now = new Date();
  const there = await utimes(inputPath, now, now).then(
    () => true,
    () => false,
  );
  if (there && (!thumbnail || (await exists(thumbnailPath)))) return inputPath;
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
    if (!gaveUp) return inputPath;
  }
  const work = media.calls
    .prepare({ path, kind, startS, endS, inputPath, thumbnailPath }, signal ? { signal } : {})
    .finally(() => making.delete(inputPath));
  making.set(inputPath, work);
  await work;
  return inputPath;
}
