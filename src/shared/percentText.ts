// Formats a share as a percentage.

/** `0.5` → `50 %`; a dash where there is none. */
export const percentText = (share: number | null | undefined, digits = 0): string =>
  share === null || share === undefined ? '–' : `${(100 * share).toFixed(digits)} %`;
