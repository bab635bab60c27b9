// The workspaces a person opened lately, newest first: a small file outside of any workspace. Also what a folder must
// be to be opened as one.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { EngineError } from '../../shared/engineError.ts';
import { databaseName } from './database/database.ts';

const entry = z.object({ path: z.string(), openedAt: z.string() });
export type RecentWorkspace = z.infer<typeof entry>;
const kept = 12;

export const isWorkspace = (folder: string): boolean => existsSync(path.join(folder, databaseName));

/** @throws NOT_FOUND, CONFLICT or BAD_INPUT, each with the next step, when `folder` is no workspace (or, with `create`, holds other things). */
export function assertOpenable(folder: string, create: boolean): void {
  if (!path.isAbsolute(folder))
    throw new EngineError('BAD_INPUT', `${folder} is not a full path`, {
      field: 'path',
      path: folder,
      hint: 'Name the folder from the root of its disk.',
    });
  if (isWorkspace(folder)) return;
  const there = existsSync(folder);
  if (there && !statSync(folder).isDirectory())
    throw new EngineError('BAD_INPUT', `${folder} is a file; a workspace is a folder`, {
      path: folder,
      hint: 'Choose the folder that holds it.',
    });
  if (!create)
    throw new EngineError('NOT_FOUND', `there is no workspace in ${folder}`, {
      path: folder,
      hint: 'Choose another folder, or make a new workspace in an empty one.',
    });
  if (there && readdirSync(folder).some((name) => !name.startsWith('.')))
    throw new EngineError('CONFLICT', `${folder} holds other files, and a workspace needs a folder of its own`, {
      path: folder,
      hint: 'Choose an empty folder, or name a new one inside it.',
    });
}

export class RecentWorkspaces {
  private readonly file: string | null;

  /** @param file null remembers nothing */
  constructor(file: string | null) {
    this.file = file;
  }

  list(): RecentWorkspace[] {
    try {
      return this.file ? z.array(entry).parse(JSON.parse(readFileSync(this.file, 'utf8'))) : [];
    } catch {
      return []; // not there yet, or not ours any more: a list of conveniences is begun anew
    }
  }

  note(folder: string, now = new Date()): void {
    this.write(
      [{ path: folder, openedAt: now.toISOString() }, ...this.list().filter((one) => one.path !== folder)].slice(
        0,
        kept,
      ),
    );
  }

  forget(folder: string): void {
    this.write(this.list().filter((one) => one.path !== folder));
  }

  private write(entries: readonly RecentWorkspace[]): void {
    if (!this.file) return;
    try {
      mkdirSync(path.dirname(this.file), { recursive: true });
      writeFileSync(`${this.file}.part`, JSON.stringify(entries, null, 1));
      renameSync(`${this.file}.part`, this.file);
    } catch {
      // a home folder that cannot be written must not keep a workspace from opening
    }
  }
}
