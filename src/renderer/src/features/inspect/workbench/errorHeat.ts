// Mean error per patch as heat. Patches that no mask hid stay clear.
import { heatColour } from '../../../../../shared/signal/palettes.ts';
import type { Picture } from '../../../../../shared/figures/pictures.ts';
import { heatRange } from '../localise/soundSource.ts';
import type { HeatRange } from '../localise/soundSource.ts';

/** What was measured, from the 2nd to the 98th percentile: one loud patch must not darken the rest. */
export const errorRange = (values: Float32Array): HeatRange =>
  heatRange(values.filter((value) => !Number.isNaN(value)));

/** @param values [rows, columns]. @param lowFirst row 0 is the lowest band, drawn at the bottom */
export function errorHeat(values: Float32Array, columns: number, { low, high }: HeatRange, lowFirst: boolean): Picture {
  const rows = values.length / columns;
  const pixels = new Uint8ClampedArray(values.length * 4);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column]!;
      if (Number.isNaN(value)) continue;
      const level = Math.min(1, Math.max(0, (value - low) / (high - low)));
      const [r, g, b] = heatColour(level);
      pixels.set(
        [r!, g!, b!, 40 + Math.round(level * 190)],
        ((lowFirst ? rows - 1 - row : row) * columns + column) * 4,
      );
    }
  }
  return { width: columns, height: rows, pixels };
}
