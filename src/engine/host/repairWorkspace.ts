// Puts a damaged workspace right: by repair where its database opens, else by building it anew from every row that can
// be read, else from the newest backup.
import type { DatabaseReport } from '../collection/database/integrity.ts';
import { isDamage } from '../collection/database/damage.ts';
import { Workspace } from '../collection/workspace.ts';
import { EngineError } from '../../shared/engineError.ts';

export interface RepairReport {
  /** `none`: there was nothing to repair, and nothing was written. */
  done: 'none' | 'repaired' | 'rebuilt' | 'restored';
  /** What was wrong before. */
  problems: string[];
  after: DatabaseReport;
  /** Tables that could not be read to their end, and the damaged file that was kept. */
  unreadable: string[];
  kept: string | null;
  /** The copy that took the database's place. */
  backup: string | null;
}

function checked(dir: string): DatabaseReport {
  const workspace = Workspace.open(dir);
  try {
    return workspace.check();
  } finally {
    workspace.close();
  }
}

/**
 * Every row that can be read; where that is none, the newest whole backup.
 * @throws where neither can be had; the file stays then
 */
function rebuild(dir: string, problems: string[]): RepairReport {
  try {
    const { unreadable, damaged } = Workspace.salvage(dir);
    return { done: 'rebuilt', problems, after: checked(dir), unreadable, kept: damaged, backup: null };
  } catch (thrown) {
    if (!isDamage(thrown) && EngineError.from(thrown).code !== 'NOT_FOUND') throw thrown;
    const { backup, damaged } = Workspace.restoreBackup(dir);
    return { done: 'restored', problems, after: checked(dir), unreadable: [], kept: damaged, backup };
  }
}

/** What repair can put right in place; null where the database has to be built anew. */
function repairInPlace(workspace: Workspace): { report: RepairReport | null; problems: string[] } {
  let problems: string[] = [];
  try {
    const before = workspace.check();
    problems = before.problems;
    const rest = { unreadable: [], kept: null, backup: null };
    if (before.ok) return { report: { done: 'none', problems, after: before, ...rest }, problems };
    const after = workspace.repair();
    return { report: after.ok ? { done: 'repaired', problems, after, ...rest } : null, problems };
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    return { report: null, problems: [...problems, EngineError.from(thrown).message] };
  } finally {
    workspace.close();
  }
}

/** @throws CONFLICT while another process has the workspace open or a newer version made it, NOT_FOUND where there is none. */
export function repairWorkspace(dir: string): RepairReport {
  let workspace: Workspace;
  try {
    workspace = Workspace.open(dir);
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    return rebuild(dir, [EngineError.from(thrown).message]);
  }
  const { report, problems } = repairInPlace(workspace);
  return report ?? rebuild(dir, problems);
}
