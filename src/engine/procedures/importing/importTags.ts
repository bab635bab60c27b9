// What a file says of itself, read while it is imported.
import type { EngineContext } from '../engineContext.ts';
import { fileLimitS, type MediaGate } from '../inputs/mediaGate.ts';

/**
 * Reads a file's tags, and returns what keeps them with its medium. `mediaId`: of a file that is known, which is asked only if it never
 * was. A file that cannot be asked costs no more than its tags.
 */
export async function importTags(
  { workspace }: Pick<EngineContext, 'workspace'>,
  gate: MediaGate,
  { path, sizeBytes, signal, mediaId }: { path: string; sizeBytes: number; signal: AbortSignal; mediaId?: number },
): Promise<(mediaId: number) => void> {
  if (mediaId !== undefined && workspace.found.isRead(mediaId)) return () => undefined;
  const tags = await gate
    .call(path, fileLimitS(sizeBytes), signal, (calls, own) => calls.tags({ path }, { signal: own }))
    .catch((thrown: unknown) => {
      if (signal.aborted) throw thrown;
      return { file: {}, sidecar: {}, captions: [] };
    });
  return (stored) => workspace.found.save(stored, tags);
}
