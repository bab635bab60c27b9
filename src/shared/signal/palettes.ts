// The two colour scales of sounds and errors, both perceptually even: matplotlib's magma for spectrograms, inferno for
// heat (CC0).

type Stops = readonly (readonly number[])[];

/** Control points, red, green, blue. */
const magma: Stops = [
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
/** With an opacity, so that low heat lets the picture below show through. */
const heat: Stops = [
  [0, 0, 0, 0],
  [86, 24, 110, 150],
  [187, 55, 84, 200],
  [249, 142, 9, 225],
  [252, 255, 164, 240],
];

function along(stops: Stops, t: number): number[] {
  const at = Math.min(1, Math.max(0, t)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  const [from, to] = [stops[low]!, stops[low + 1]!];
  return from.map((value, i) => value + (to[i]! - value) * (at - low));
}

function tableOf(stops: Stops): Uint8ClampedArray<ArrayBuffer> {
  const table = new Uint8ClampedArray(256 * 4).fill(255);
  for (let i = 0; i < 256; i++) table.set(along(stops, i / 255), i * 4);
  return table;
}

/** U8 [256, 4]: RGBA of levels 0 … 255. */
export const magmaTable = tableOf(magma);
export const heatTable = tableOf(heat);

/** Red, green, blue of a heat between 0 and 1. */
export const heatColour = (level: number): number[] => along(heat, level).slice(0, 3);
