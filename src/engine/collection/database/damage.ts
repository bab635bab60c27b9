// What a damaged database looks like, as a class and by SQLite's codes, so that nobody has to read messages.
import { EngineError } from '../../../shared/engineError.ts';

const advice =
  'Close the application and run “cavmae doctor --repair”: it keeps every row that can be read, or restores the newest backup.';

/** The database cannot be read, or is missing from a workspace that had one. */
export class DamagedDatabase extends EngineError {
  constructor(file: string, what: string, cause?: unknown) {
    super('CONFLICT', what, { path: file, hint: advice }, cause);
  }
}

const codeOf = (thrown: unknown): string => String((thrown as { code?: unknown } | null)?.code);

/** Whether SQLite, or we, found the database damaged. */
export function isDamage(thrown: unknown): boolean {
  if (thrown instanceof DamagedDatabase) return true;
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return [thrown, cause].some((one) => /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(one)));
}
