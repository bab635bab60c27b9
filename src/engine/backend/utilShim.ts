// Node 23 removed util.isNullOrUndefined and warns of util.isArray; tfjs-node 4.22 calls both at run time.
import util from 'node:util';

/** Puts the two functions back. Call before tfjs-node is loaded. */
export function restoreUtil(): void {
  const legacy = util as unknown as Record<string, unknown>;
  legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  legacy.isArray = Array.isArray;
}
