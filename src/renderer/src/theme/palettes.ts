// Colours that stay apart for colour-blind eyes: for categories those of classes (engine/collection/palette.ts), for scores viridis.

/** Categories in order; repeats after its length, so legends show names beside colours. */
export const categorical: readonly string[] = [
  '#56b4e9',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#f0e442',
  '#0072b2',
  '#d55e00',
  '#49e9b8',
  '#8a6cf5',
  '#bfc8f2',
  '#a3ba92',
  '#6d677a',
  '#668ad5',
  '#d42130',
  '#e6c686',
  '#caa3c0',
];

export const categoricalColour = (index: number): string =>
  categorical[((index % categorical.length) + categorical.length) % categorical.length]!;

const viridisStops = [
  '#440154',
  '#482878',
  '#3e4a89',
  '#31688e',
  '#26828e',
  '#1f9e89',
  '#35b779',
  '#6ece58',
  '#b5de2b',
  '#fde725',
] as const;

const channel = (hex: string, at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);

/** Viridis at t in [0, 1] as #rrggbb; on a dark ground its lowest fifth is left out so that every point stays visible. */
export function viridis(t: number, dark = true): string {
  const clamped = Math.min(1, Math.max(0, Number.isFinite(t) ? t : 0));
  const position = (dark ? 0.2 + 0.8 * clamped : 0.92 * clamped) * (viridisStops.length - 1);
  const low = Math.min(viridisStops.length - 2, Math.floor(position));
  const share = position - low;
  const [from, to] = [viridisStops[low]!, viridisStops[low + 1]!];
  const mix = [1, 3, 5].map((at) => Math.round(channel(from, at) * (1 - share) + channel(to, at) * share));
  return `#${mix.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Black or white, whichever reads better on `hex` (relative luminance of WCAG 2). */
export function textOn(hex: string): string {
  const linear = [1, 3, 5].map((at) => {
    const c = channel(hex, at) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
  return luminance > 0.179 ? '#101317' : '#ffffff';
}
