// Ranges on the timeline of a file: a stretch of time, and the windows it means. A window counts where the stretch
// covers at least half of it; a stretch too short for that means the window it lies in.

export interface Window {
  clipId: number;
  startS: number;
  endS: number;
}
export interface Range {
  fromS: number;
  toS: number;
}

export const sorted = ({ fromS, toS }: Range): Range => (fromS <= toS ? { fromS, toS } : { fromS: toS, toS: fromS });

/** In the order of `windows`, which are sorted by their start. */
export function windowsInRange(windows: readonly Window[], range: Range): Window[] {
  const { fromS, toS } = sorted(range);
  const covered = windows.filter(
    ({ startS, endS }) => Math.min(endS, toS) - Math.max(startS, fromS) >= (endS - startS) / 2 - 1e-6,
  );
  if (covered.length > 0) return covered;
  const middle = (fromS + toS) / 2;
  const nearest = windows.reduce<Window | null>((best, one) => {
    const distance = (window: Window): number => Math.abs((window.startS + window.endS) / 2 - middle);
    return middle >= one.startS && middle < one.endS && (!best || distance(one) < distance(best)) ? one : best;
  }, null);
  return nearest ? [nearest] : [];
}

/** From the start of the first to the end of the last. */
export const spanOf = (windows: readonly Window[]): Range | null =>
  windows.length
    ? { fromS: Math.min(...windows.map((one) => one.startS)), toS: Math.max(...windows.map((one) => one.endS)) }
    : null;

/** The run of windows between two of them, ends included. */
export function runBetween(windows: readonly Window[], a: number, b: number): Window[] {
  const [i, j] = [windows.findIndex((one) => one.clipId === a), windows.findIndex((one) => one.clipId === b)];
  return i < 0 || j < 0 ? [] : windows.slice(Math.min(i, j), Math.max(i, j) + 1);
}
