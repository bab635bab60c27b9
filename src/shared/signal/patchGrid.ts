// How sound and picture are cut into patches: sizes of the inputs, and the grid of patches over each of them.

export type Modality = 'A' | 'V';
/** Side of a patch and mel bands of a spectrogram, of every model. */
export const [patchSize, melBands] = [16, 128];
/** What differs between models: fbank frames of the sound, side of the picture in pixels. */
export interface InputSizes {
  audioLength: number;
  imgSize: number;
}
export const paperSizes: InputSizes = { audioLength: 1024, imgSize: 224 };
/** The patches of one modality over its picture of `width` x `height` pixels. */
export interface Grid {
  modality: Modality;
  rows: number;
  columns: number;
  patch: number;
  width: number;
  height: number;
}
/** The grid of a picture that is already there. */
export const gridOver = (modality: Modality, { width, height }: { width: number; height: number }): Grid => ({
  modality,
  width,
  height,
  patch: patchSize,
  rows: height / patchSize,
  columns: width / patchSize,
});
export const gridOf = (modality: Modality, { audioLength, imgSize }: InputSizes): Grid =>
  gridOver(modality, modality === 'A' ? { width: audioLength, height: melBands } : { width: imgSize, height: imgSize });

/**
 * Index of the patch under a pixel. Sound counts patch rows from the bottom (low mel bands first), pictures from the
 * top.
 */
export function patchAt(grid: Grid, x: number, y: number): number {
  const column = Math.min(grid.columns - 1, Math.max(0, Math.floor(x / grid.patch)));
  const fromTop = Math.min(grid.rows - 1, Math.max(0, Math.floor(y / grid.patch)));
  return (grid.modality === 'A' ? grid.rows - 1 - fromTop : fromTop) * grid.columns + column;
}

/** Fbank frames, a multiple of 16, for a window of so many seconds: 1024 for the paper's ten, 512 for five. */
export const framesOfWindow = (seconds: number): number => Math.floor((seconds * 100 + 24) / 16) * 16;
