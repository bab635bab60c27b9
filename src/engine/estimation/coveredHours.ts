// How long the windows of clips last together, time that several of them share counted once.

export interface ClipWindow {
  mediaId: number;
  startS: number;
  endS: number;
}

/** @returns hours */
export function coveredHours(windows: readonly ClipWindow[]): number {
  const sorted = windows.toSorted((a, b) => a.mediaId - b.mediaId || a.startS - b.startS);
  let seconds = 0;
  let mediaId = -1;
  let until = 0;
  for (const window of sorted) {
    if (window.mediaId !== mediaId) {
      mediaId = window.mediaId;
      until = window.startS;
    }
    seconds += Math.max(0, window.endS - Math.max(window.startS, until));
    until = Math.max(until, window.endS);
  }
  return seconds / 3600;
}
