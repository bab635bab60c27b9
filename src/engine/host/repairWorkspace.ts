// Puts a damaged workspace right: by repair where its database opens, else by building it anew from every row that can be read.
import { EngineError } from '../../shared/engineError.ts';
import type { DatabaseReport } from '../collection/database/integrity.ts';
import { Workspace } from '../collection/workspace.ts';

export interface RepairReport {
  /** `none`: there was nothing to repair, and nothing was written. */
  done: 'none' | 'repaired' | 'rebuilt';
  /** What was wrong before. */
  problems: string[];
  after: DatabaseReport;
  /** Tables that could not be read to their end, and the damaged file that was kept. */
  unreadable: string[];
  kept: string | null;
}

const isDamaged = (thrown: unknown): boolean => {
  const { code, message } = EngineError.from(thrown);
  return (
    (code === 'CONFLICT' && /damaged|is not a database/.test(message)) ||
    /malformed|SQLITE_CORRUPT|disk image/.test(message)
  );
};

function rebuild(dir: string, problems: string[]): RepairReport {
  const { unreadable, damaged } = Workspace.salvage(dir);
  const workspace = Workspace.open(dir);
  try {
    return { done: 'rebuilt', problems, after: workspace.check(), unreadable, kept: damaged };
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
    if (!isDamaged(thrown)) throw thrown;
    return rebuild(dir, [EngineError.from(thrown).message]);
  }
  let before: DatabaseReport;
  try {
    before = workspace.check();
    if (before.ok) return { done: 'none', problems: [], after: before, unreadable: [], kept: null };
    const after = workspace.repair();
    if (after.ok) return { done: 'repaired', problems: before.problems, after, unreadable: [], kept: null };
  } catch (thrown) {
    if (!isDamaged(thrown)) throw thrown;
    before = { ok: false, version: 0, problems: [EngineError.from(thrown).message] };
  } finally {
    workspace.close();
  }
  return rebuild(dir, before.problems);
}
