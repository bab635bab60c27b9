// Finds media files under folders. Symbolic links are followed and each folder is visited once, so that loops end.
// Hidden files, workspaces and other kinds are skipped.
import type { Dirent } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EngineError } from '../../shared/engineError.ts';
import type { ItemFailure } from '../../shared/contract/errors.ts';
import { mediaKindOf } from './mediaKind.ts';

/** Folders within folders that are followed. */
const mostFolders = 64;
/** Stands in a name for bytes that are no UTF-8. */
const replacement = '\uFFFD';
const notAFile = 'neither a file nor a folder (a pipe, a device or a socket)';

/** `folders`: those that were read. */
export interface FoundMedia {
  paths: string[];
  failures: ItemFailure[];
  folders: string[];
}

/** `.ts` is also TypeScript: a transport stream begins with its sync byte. */
async function isTransportStream(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return false;
  try {
    const head = Buffer.alloc(1);
    await file.read(head, 0, 1, 0);
    return head[0] === 0x47;
  } finally {
    await file.close();
  }
}

function failureOf(path: string, thrown: unknown): ItemFailure {
  const error = EngineError.from(thrown);
  const message =
    error.code !== 'NOT_FOUND'
      ? error.message
      : path.includes(replacement)
        ? 'its name is not valid UTF-8; rename it, then import it again'
        : 'there is no such file or folder';
  return { path, code: error.code, message };
}

class Walk {
  readonly paths = new Set<string>();
  readonly failures: ItemFailure[] = [];
  readonly folders: string[] = [];
  private readonly visited = new Set<string>();
  private readonly signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal;
  }

  /** A file or folder that was named itself. */
  async named(path: string): Promise<void> {
    try {
      const entry = await stat(path);
      if (entry.isDirectory()) await this.folder(path);
      else if (!entry.isFile()) this.fail(path, notAFile);
      else if (mediaKindOf(path)) this.paths.add(path);
      else this.fail(path, 'not a media file: its extension is of no kind that is known');
    } catch (thrown) {
      if (this.signal?.aborted) throw thrown;
      this.failures.push(failureOf(path, thrown));
    }
  }

  private fail(path: string, message: string): void {
    this.failures.push({ path, code: 'BAD_INPUT', message });
  }

  private async folder(folder: string, depth = 0): Promise<void> {
    this.signal?.throwIfAborted();
    try {
      if (depth > mostFolders)
        throw new EngineError('BAD_INPUT', `folders lie more than ${mostFolders} deep here; the rest was left out`);
      const real = await realpath(folder);
      if (this.visited.has(real)) return;
      this.visited.add(real);
      const entries = await readdir(folder, { withFileTypes: true });
      // What a workspace keeps of its media (thumbnails, previews) is no media.
      if (entries.some(({ name }) => name === 'workspace.db')) return;
      this.folders.push(folder);
      for (const entry of entries) if (!entry.name.startsWith('.')) await this.entry(folder, entry, depth);
    } catch (thrown) {
      if (this.signal?.aborted) throw thrown;
      this.failures.push(failureOf(folder, thrown));
    }
  }

  private async entry(folder: string, entry: Dirent, depth: number): Promise<void> {
    const path = join(folder, entry.name);
    // The system's bytes are lost in such a name: the file cannot be found by it.
    if (entry.name.includes(replacement) && !(await stat(path).catch(() => null))) {
      if (mediaKindOf(path)) this.failures.push(failureOf(path, new EngineError('NOT_FOUND', '')));
      return;
    }
    const target = entry.isSymbolicLink() ? await stat(path).catch(() => null) : entry;
    if (target?.isDirectory()) await this.folder(path, depth + 1);
    else if (mediaKindOf(path)) await this.add(path, target);
  }

  private async add(path: string, target: { isFile(): boolean } | null): Promise<void> {
    if (!target) this.failures.push({ path, code: 'NOT_FOUND', message: 'the link leads nowhere' });
    // Opening a pipe or a device would wait or read for ever.
    else if (!target.isFile()) this.fail(path, notAFile);
    else if (!path.toLowerCase().endsWith('.ts') || (await isTransportStream(path))) this.paths.add(path);
  }
}

/**
 * All media under `given` paths, sorted, absolute, without repeats. A file named itself is tried if its name promises
 * media, and reported if not; a folder that cannot be read is reported; folders without media are no failure here.
 */
export async function walkMedia(given: readonly string[], signal?: AbortSignal): Promise<FoundMedia> {
  const walk = new Walk(signal);
  for (const name of given) await walk.named(resolve(name));
  return { paths: [...walk.paths].sort(), failures: walk.failures, folders: walk.folders };
}
