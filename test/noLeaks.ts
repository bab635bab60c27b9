// TEST CODE. Fails a suite that leaves timers, sockets, processes, watchers or listeners of engine events behind.
import { afterAll, beforeAll } from 'vitest';

/** What closes by itself (a socket after its last byte, a process after its signal) has this long. */
const patienceMs = 4000;

/** A read in a file; Node keeps that of an answer nobody reads (`openAsBlob`) until the answer is collected. */
const fileRead = 'FileHandleReadWrap';

/** How many of each kind keep this process alive: timers, sockets, processes, watchers. */
function active(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo())
    if (kind !== fileRead) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** Kinds of which there are more than before, as `Timeout: 2`. */
function left(before: ReadonlyMap<string, number>): string[] {
  return [...active()].flatMap(([kind, count]) => {
    const more = count - (before.get(kind) ?? 0);
    return more > 0 ? [`${kind}: ${more}`] : [];
  });
}

let before: Map<string, number>;
beforeAll(() => {
  before = active();
});
afterAll(async () => {
  const until = Date.now() + patienceMs;
  while (left(before).length > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
  const still = left(before);
  if (still.length > 0) throw new Error(`left behind by this suite: ${still.join(', ')}`);
});
