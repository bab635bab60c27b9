// The windows a medium is cut into, virtually: nothing is cut on disk.

/** A last window shorter than this is dropped, unless it is the only one. */
const shortestS = 1;
const toMs = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/**
 * Windows of `windowS` every `hopS` seconds, in milliseconds' steps. A medium not longer than the window is one clip; a still is one clip
 * of no length. What the last window leaves over is dropped when shorter than a second.
 */
export function planWindows(durationS: number, windowS: number, hopS: number): { startS: number; endS: number }[] {
  if (durationS <= windowS) return [{ startS: 0, endS: toMs(durationS) }];
  const windows: { startS: number; endS: number }[] = [];
  for (let n = 0; ; n++) {
    const startS = toMs(n * hopS);
    const endS = toMs(Math.min(startS + windowS, durationS));
    if (n > 0 && endS - startS < shortestS) break;
    windows.push({ startS, endS });
    if (startS + windowS >= durationS) break;
  }
  return windows;
}
