// Which files of a root are gone: looked for in portions, for the host's process must not stall.
import { access } from 'node:fs/promises';
import type { EngineContext } from '../engineContext.ts';

const portion = 100;

/**
 * Gives the files of a root that are gone the `missing` badge and takes it from those that are back. Returns whether
 * anything changed.
 */
export async function noteMissingFiles(
  { workspace }: Pick<EngineContext, 'workspace'>,
  rootId: number,
): Promise<boolean> {
  const places = workspace.media.places(rootId);
  const gone: number[] = [];
  let changed = false;
  for (let at = 0; at < places.length; at += portion) {
    await Promise.all(
      places.slice(at, at + portion).map(async ({ mediaId, absolutePath, missing }) => {
        const there = await access(absolutePath).then(
          () => true,
          () => false,
        );
        if (!there) gone.push(mediaId);
        changed ||= there === missing;
      }),
    );
  }
  if (changed) workspace.media.markMissing(gone, rootId);
  return changed;
}
