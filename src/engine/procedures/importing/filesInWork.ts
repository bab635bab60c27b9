// Which files an import is working on, written down before each begins. After a crash the next run knows whom to
// suspect.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const schema = z.object({ paths: z.array(z.string()), alone: z.boolean() });

/**
 * Kept in a plain file: it survives the process, which is all that is asked. Nothing else depends on it, so that a disk
 * that takes no more is no reason to stop.
 */
export class FilesInWork {
  /** Files that were in work when an earlier process ended, and whether one was tried alone then. */
  readonly before: { paths: readonly string[]; alone: boolean };
  private readonly file: string;
  private readonly paths = new Set<string>();

  constructor(file: string) {
    this.file = file;
    this.before = FilesInWork.read(file);
  }

  private static read(file: string): { paths: string[]; alone: boolean } {
    try {
      return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      return { paths: [], alone: false };
    }
  }

  /** `alone`: no other file is in work, so that a crash is this one's doing. */
  begin(path: string, alone: boolean): void {
    this.paths.add(path);
    this.write(alone);
  }

  end(path: string): void {
    this.paths.delete(path);
    this.write(false);
  }

  /** After an ordered end: nobody is suspected. */
  clear(): void {
    rmSync(this.file, { force: true });
  }

  private write(alone: boolean): void {
    try {
      writeFileSync(this.file, JSON.stringify({ paths: [...this.paths], alone }));
    } catch {
      // Without the note a crash is only harder to explain.
    }
  }
}
