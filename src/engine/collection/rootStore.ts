// Named folders that media paths are relative to, so that a collection survives being moved.
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { isInside } from '../base/isInside.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { Root } from '../../shared/contract/clip.ts';
import type { Db } from './database/database.ts';

interface RootRow {
  id: number;
  name: string;
  path: string;
  relative: string;
  watched: number;
}

const toPosix = (file: string): string => file.split(path.sep).join('/');
/** Seconds. */
export interface RootWindows {
  windowS: number;
  hopS: number;
}

/** Where a file lies: `path` is relative to the root, with forward slashes. */
export interface Place {
  rootId: number;
  path: string;
}

export class RootStore {
  private readonly db: Db;
  private readonly workspace: string;
  private resolved = new Map<number, string>();

  constructor(db: Db, workspace: string) {
    this.db = db;
    this.workspace = workspace;
    this.load();
  }

  /**
   * A root inside the workspace moves with it; another is looked for where it was, then where it was seen from the
   * workspace.
   */
  private load(): void {
    this.resolved = new Map(
      (this.db.prepare('SELECT * FROM root').all() as RootRow[]).map((row) => {
        const beside = path.resolve(this.workspace, row.relative);
        if (isInside(this.workspace, beside)) return [row.id, beside];
        return [row.id, !existsSync(row.path) && existsSync(beside) ? beside : row.path];
      }),
    );
  }

  list(): Root[] {
    const counts = new Map(
      this.db.prepare('SELECT root_id, count(*) FROM media GROUP BY root_id').raw().all() as [number, number][],
    );
    return (this.db.prepare('SELECT * FROM root ORDER BY id').all() as RootRow[]).map((row) => {
      const folder = this.folderOf(row.id);
      return {
        id: row.id,
        name: row.name,
        path: folder,
        available: existsSync(folder),
        watched: row.watched === 1,
        mediaCount: counts.get(row.id) ?? 0,
      };
    });
  }

  /** The absolute folder of a root. Throws NOT_FOUND for an id that is none. */
  folderOf(rootId: number): string {
    const folder = this.resolved.get(rootId);
    if (folder === undefined) throw new EngineError('NOT_FOUND', `there is no root ${rootId}`);
    return folder;
  }

  absolute(rootId: number, relative: string): string {
    return path.join(this.folderOf(rootId), relative);
  }

  /** The root for a folder or file given to import: the folder (a file's parent), or a root that already holds it. */
  ensure(fileOrFolder: string): number {
    const absolute = path.resolve(fileOrFolder);
    return this.ensureFolder(
      existsSync(absolute) && statSync(absolute).isDirectory() ? absolute : path.dirname(absolute),
    );
  }

  /** The root for a folder, whether it is there or not. `folder` is absolute. */
  ensureFolder(folder: string): number {
    const holder = this.holders(folder)[0];
    if (holder) return holder.rootId;
    const taken = new Set(this.db.prepare('SELECT name FROM root').pluck().all() as string[]);
    const base = path.basename(folder) || folder;
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base} (${n})`;
    const { lastInsertRowid } = this.db
      .prepare('INSERT INTO root (name, path, relative) VALUES (?, ?, ?)')
      .run(name, folder, this.relative(folder));
    this.resolved.set(Number(lastInsertRowid), folder);
    return Number(lastInsertRowid);
  }

  /** Every root that holds the path, innermost first. */
  holders(absolutePath: string): Place[] {
    const absolute = path.resolve(absolutePath);
    return [...this.resolved]
      .filter(([, folder]) => isInside(folder, absolute))
      .toSorted(([, a], [, b]) => b.length - a.length)
      .map(([rootId, folder]) => ({ rootId, path: toPosix(path.relative(folder, absolute)) }));
  }

  /** Points a root at another folder. Whether its files are there is for the caller to check. */
  move(rootId: number, folder: string): void {
    const absolute = path.resolve(folder);
    this.folderOf(rootId);
    if (!existsSync(absolute) || !statSync(absolute).isDirectory())
      throw new EngineError('NOT_FOUND', `there is no folder ${absolute}`, { path: absolute });
    this.db
      .prepare('UPDATE root SET path = ?, relative = ? WHERE id = ?')
      .run(absolute, this.relative(absolute), rootId);
    this.resolved.set(rootId, absolute);
  }

  /** Throws CONFLICT where another root has the name. */
  rename(rootId: number, name: string): void {
    this.folderOf(rootId);
    if (this.db.prepare('SELECT 1 FROM root WHERE name = ? AND id != ?').get(name, rootId))
      throw new EngineError('CONFLICT', `another source is called ${name}`, {
        field: 'name',
        hint: 'Choose another name.',
      });
    this.db.prepare('UPDATE root SET name = ? WHERE id = ?').run(name, rootId);
  }

  /** The media of a root. */
  mediaOf(rootId: number): number[] {
    this.folderOf(rootId);
    return this.db.prepare('SELECT id FROM media WHERE root_id = ? ORDER BY id').pluck().all(rootId) as number[];
  }

  /** Forgets roots without media that nobody watches: all, or those of the ids. */
  prune(rootIds?: readonly number[]): void {
    const ids = rootIds ? JSON.stringify(rootIds) : null;
    this.db
      .prepare(
        'DELETE FROM root WHERE NOT watched AND id NOT IN (SELECT root_id FROM media) AND (? IS NULL OR id IN (SELECT value FROM json_each(?)))',
      )
      .run(ids, ids);
    this.load();
  }

  /**
   * New and changed files of a watched root are imported by themselves. What was tried before is forgotten, so that it
   * is tried once more.
   */
  watch(rootId: number, watched: boolean): void {
    this.folderOf(rootId);
    this.db.prepare('UPDATE root SET watched = ?, tried = NULL WHERE id = ?').run(watched ? 1 : 0, rootId);
  }

  /** How the files of a root were cut by its last import. */
  windows(rootId: number): RootWindows {
    const stored = this.db.prepare('SELECT windows FROM root WHERE id = ?').pluck().get(rootId) as
      string | null | undefined;
    return stored ? (JSON.parse(stored) as RootWindows) : { windowS: 10, hopS: 10 };
  }

  rememberWindows(rootId: number, { windowS, hopS }: RootWindows): void {
    this.db.prepare('UPDATE root SET windows = ? WHERE id = ?').run(JSON.stringify({ windowS, hopS }), rootId);
  }

  /**
   * Files of a watched root that were queued and are not (yet) in the collection: path to a mark of the content they
   * had.
   */
  tried(rootId: number): Map<string, string> {
    const stored = this.db.prepare('SELECT tried FROM root WHERE id = ?').pluck().get(rootId) as
      string | null | undefined;
    return new Map(stored ? (JSON.parse(stored) as [string, string][]) : []);
  }

  setTried(rootId: number, tried: ReadonlyMap<string, string>): void {
    this.db
      .prepare('UPDATE root SET tried = ? WHERE id = ?')
      .run(tried.size ? JSON.stringify([...tried]) : null, rootId);
  }

  private relative(folder: string): string {
    return toPosix(path.relative(this.workspace, folder));
  }
}
