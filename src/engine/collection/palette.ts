// Colours and hotkeys that classes get by themselves.

/**
 * Told apart with any common colour blindness: Okabe and Ito's seven (https://jfly.uni-koeln.de/color), then each time the colour that
 * lies farthest, in OKLab, from all before it as normal, deuteranope and protanope eyes see them, and is visible on both grounds.
 */
export const palette: readonly string[] = [
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
  '#f3625f',
  '#a35e5a',
  '#b2cb52',
  '#ab79f5',
];

/** Attempts at a generated colour that nobody has; then two classes share one. */
const mostAttempts = 64;

/** Beyond the palette: hues by the golden angle, lightness by another irrational step. Colours repeat in the end: there are only so many. */
function generated(n: number): string {
  const hue = (n * 137.508) % 360;
  const lightness = 0.42 + ((n * 0.7548776662) % 1) * 0.38;
  const amplitude = 0.6 * Math.min(lightness, 1 - lightness);
  const channel = (k: number): string => {
    const turn = (k + hue / 30) % 12;
    return Math.round(255 * (lightness - amplitude * Math.max(-1, Math.min(turn - 3, 9 - turn, 1))))
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}

/** The first colour of the palette that is not taken, else a generated one; in constant time, however many are taken. */
export function freeColour(taken: ReadonlySet<string>): string {
  const free = palette.find((colour) => !taken.has(colour));
  if (free) return free;
  const from = taken.size - palette.length;
  for (let n = from; n < from + mostAttempts; n++) if (!taken.has(generated(n))) return generated(n);
  return generated(from);
}

/** 1 to 9, then letters, without j and k, which walk through the clips, and u, which says “uncertain”. */
const hotkeys = [...'123456789abcdefghilmnopqrstvwxyz'];

/** The first key that is not taken, null when all are. */
export const freeHotkey = (taken: ReadonlySet<string>): string | null => hotkeys.find((key) => !taken.has(key)) ?? null;
