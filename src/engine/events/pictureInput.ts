// What the visual detector sees: ten small pictures a second, as brightness and as difference from what the recording usually shows.
export const pictureRateHz = 10;
/** Side of the square pictures, and their channels: brightness, and difference from the recording's median picture. */
export const pictureSize = 40;
export const pictureChannels = 2;
/** Pictures that the median is taken over. */
const medianOf = 61;

/** Brightness [40, 40] of an RGB picture, by the mean of the area under each point. */
export function smallBrightness(picture: { width: number; height: number; data: Uint8Array }): Uint8Array {
  const { width, height, data } = picture;
  const out = new Uint8Array(pictureSize * pictureSize);
  for (let y = 0; y < pictureSize; y++) {
    const [top, bottom] = span(y, height);
    for (let x = 0; x < pictureSize; x++) {
      const [left, right] = span(x, width);
      let sum = 0;
      for (let v = top; v < bottom; v++)
        for (let u = left; u < right; u++) {
          const i = (v * width + u) * 3;
          sum += 0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!;
        }
      out[y * pictureSize + x] = Math.round(sum / ((bottom - top) * (right - left)));
    }
  }
  return out;
}

const span = (at: number, size: number): [number, number] => {
  const from = Math.min(size - 1, Math.floor((at * size) / pictureSize));
  return [from, Math.max(from + 1, Math.floor(((at + 1) * size) / pictureSize))];
};

/** [F, 40, 40, 2] from brightness pictures [F][40 × 40]. */
export function pictureInput(brightness: readonly Uint8Array[]): Uint8Array {
  const points = pictureSize * pictureSize;
  const out = new Uint8Array(brightness.length * points * pictureChannels);
  const step = Math.max(1, Math.floor(brightness.length / medianOf));
  const sample = brightness.filter((_, k) => k % step === 0);
  for (let p = 0; p < points; p++) {
    const column = Uint8Array.from(sample, (picture) => picture[p]!).toSorted();
    const usual = column[column.length >> 1] ?? 0;
    for (const [f, picture] of brightness.entries()) {
      const i = (f * points + p) * pictureChannels;
      out[i] = picture[p]!;
      out[i + 1] = Math.abs(picture[p]! - usual);
    }
  }
  return out;
}
