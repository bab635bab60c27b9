// The windows a medium is cut into, virtually: nothing is cut on disk.
import { EngineError } from '../../shared/engineError.ts';
import type { Stretch } from './mediaStretches.ts';

/** A last window shorter than this is dropped, unless it is the only one. */
const shortestS = 1;
/** Windows of one file; a recording of a day at a hop of one second has 86,400. */
export const mostWindows = 100_000;
/**
 * Any file may last this long; beyond, it must hold at least `leastBytesPerS`: the barest speech codec has ten times
 * that.
 */
const freeS = 2 * 3600;
const leastBytesPerS = 8;

const toMs = (seconds: number): number => Math.round(seconds * 1000) / 1000;
const hours = (seconds: number): string => `${(seconds / 3600).toFixed(1)} hours`;

/** @throws EngineError DECODE_FAILED where a file claims to last longer than its bytes can hold. */
export function assertBelievableLength(path: string, durationS: number, sizeBytes: number): void {
  if (Number.isFinite(durationS) && durationS <= freeS + sizeBytes / leastBytesPerS) return;
  throw new EngineError(
    'DECODE_FAILED',
    `the file claims to last ${hours(durationS)}, more than its ${sizeBytes} bytes can hold`,
    { path, hint: 'The file is damaged. Write it anew with an audio or video editor, then import it again.' },
  );
}

/** Number of windows whose start lies before the end, without the last one where it is too short. */
function windowCount(durationS: number, windowS: number, hopS: number): number {
  if (durationS <= windowS) return 1;
  const last = Math.ceil(toMs(durationS - windowS) / hopS);
  return durationS - toMs(last * hopS) < shortestS ? last : last + 1;
}

function windowAt(n: number, durationS: number, windowS: number, hopS: number): Stretch {
  const startS = toMs(n * hopS);
  return { startS, endS: toMs(Math.min(startS + windowS, durationS)) };
}

/** Whether [startS, endS) is one of the windows that `planWindows` makes, in constant time. */
export function isPlannedWindow({ startS, endS }: Stretch, durationS: number, windowS: number, hopS: number): boolean {
  const n = Math.round(startS / hopS);
  if (n < 0 || n >= windowCount(durationS, windowS, hopS)) return false;
  const planned = windowAt(n, durationS, windowS, hopS);
  return planned.startS === startS && planned.endS === endS;
}

/**
 * Windows of `windowS` every `hopS` seconds, in milliseconds' steps. A medium not longer than the window is one clip; a
 * still is one clip of no length. What the last window leaves over is dropped when shorter than a second. Where
 * `stretches` say which parts hold data, windows without any are left out.
 * @throws EngineError BAD_INPUT for more than `mostWindows`
 */
export function planWindows(
  durationS: number,
  windowS: number,
  hopS: number,
  stretches: readonly Stretch[] = [{ startS: 0, endS: durationS }],
): Stretch[] {
  const count = windowCount(durationS, windowS, hopS);
  if (count === 1) return [windowAt(0, durationS, windowS, hopS)];
  const windows: Stretch[] = [];
  let next = 0;
  for (const { startS, endS } of stretches) {
    const first = Math.max(next, Math.floor((startS - windowS) / hopS) + 1);
    const end = Math.min(count, Math.ceil(endS / hopS));
    if (windows.length + Math.max(0, end - first) > mostWindows)
      throw new EngineError(
        'BAD_INPUT',
        `the file lasts ${hours(durationS)}, which is more than ${mostWindows} windows of ${windowS} s every ${hopS} s`,
        { field: 'hopS', hint: 'Choose a longer hop, or split the file.' },
      );
    for (let n = first; n < end; n++) windows.push(windowAt(n, durationS, windowS, hopS));
    next = Math.max(next, end);
  }
  return windows;
}
