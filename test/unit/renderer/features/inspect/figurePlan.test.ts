import { expect, test } from 'vitest';
import { figureCaption, figurePlan } from '../../../../../src/renderer/src/features/inspect/figurePlan.ts';
import { filled, marked } from '../../../../../src/renderer/src/features/inspect/maskPainting.ts';
import { imagePlane, melPlane, type Modality } from '../../../../../src/renderer/src/features/inspect/pictures.ts';
import type { Shown, Side } from '../../../../../src/renderer/src/features/inspect/reconstructionSide.ts';

const side = (modality: Modality): Side => {
  const plane = modality === 'A' ? melPlane(new Float32Array(1024 * 128)) : imagePlane(new Float32Array(3 * 224 * 224));
  const mask = marked(filled(modality, false), [0, 1, 2], true);
  return { original: plane, predicted: plane, mask, error: new Float32Array(mask.length), loss: 0.5, frames: 1024 };
};
const shown = (A: Side | null, V: Side | null): Shown => ({ clipId: 1, A, V, perPatchStatistics: true, milliseconds: 1, where: 'in the engine', inPage: false });

test.each([[true, true], [true, false], [false, true]])('tiles lie inside the figure and never overlap (sound %s, picture %s)', (sound, picture) => {
  const plan = figurePlan(shown(sound ? side('A') : null, picture ? side('V') : null), false);
  expect(plan.tiles).toHaveLength(4 * (Number(sound) + Number(picture)));
  expect(plan.axes).toHaveLength(Number(sound));
  for (const [k, one] of plan.tiles.entries()) {
    expect(one.x + one.picture.width).toBeLessThan(plan.width);
    expect(one.y + one.picture.height).toBeLessThanOrEqual(plan.captionY);
    // The title above a tile belongs to it.
    for (const other of plan.tiles.slice(k + 1)) expect(one.x + one.picture.width < other.x || other.x + other.picture.width < one.x || one.y + one.picture.height <= other.y - 20 || other.y + other.picture.height <= one.y - 20).toBe(true);
  }
  expect(plan.captionY).toBeLessThan(plan.height);
});

test('the caption says what was hidden and how it is painted', () => {
  const lines = figureCaption(shown(side('A'), null), { clip: 'dog.mp4', model: 'Small', frame: 4, masking: 'painted' });
  expect(lines[0]).toBe('dog.mp4, frame 5 of 10. Model: Small.');
  expect(lines[1]).toContain('3 of 512 sound patches hidden');
  expect(lines[2]).toContain('own mean and spread');
  const short = figureCaption(shown({ ...side('A'), frames: 300 }, null), { clip: 'dog.mp4', model: 'Small', frame: 4, masking: 'painted' });
  expect(short[2]).toBe('The sound ends after 3.00 s; what follows is padding.');
});
