// Colours for spectrograms: dark violet over magenta to cream, perceptually even (control points of matplotlib's magma, CC0).
const points: readonly (readonly [number, number, number])[] = [
  [0, 0, 4],
  [20, 14, 54],
  [59, 15, 112],
  [100, 26, 128],
  [140, 41, 129],
  [183, 55, 121],
  [222, 73, 104],
  [247, 112, 92],
  [254, 159, 109],
  [254, 207, 146],
  [252, 253, 191],
];

/** U8 [256, 3]: RGB of levels 0..255. */
export const heatColours: Uint8Array = Uint8Array.from({ length: 256 * 3 }, (_, i) => {
  const at = (Math.floor(i / 3) / 255) * (points.length - 1);
  const low = Math.min(Math.floor(at), points.length - 2);
  const [from, to] = [points[low]![i % 3]!, points[low + 1]![i % 3]!];
  return Math.round(from + (to - from) * (at - low));
});
