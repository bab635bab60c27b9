// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { captionData, figureCaption, figurePlan, type FigureModel } from '../../../../src/shared/figures/figurePlan.ts';
import { figureSvg } from '../../../../src/shared/figures/figureSvg.ts';
import { imagePlane, melPlane } from '../../../../src/shared/figures/pictures.ts';
import { type Modality } from '../../../../src/shared/signal/patchGrid.ts';
import type { Side } from '../../../../src/shared/figures/reconstructionSide.ts';

const side = (modality: Modality): Side => {
  const plane = modality === 'A' ? melPlane(new Float32Array(1024 * 128)) : imagePlane(new Float32Array(3 * 224 * 224));
  const mask = new Uint8Array(modality === 'A' ? 512 : 196);
  mask.fill(1, 0, 3);
  return { original: plane, predicted: plane, mask, error: new Float32Array(mask.length), loss: 0.5, frames: 1024 };
};
const model = (A: Side | null, V: Side | null, { name = 'Small', perPatchStatistics = true } = {}): FigureModel => ({
  name,
  pictured: { A, V, perPatchStatistics },
});

test.each([
  [true, true, 1],
  [true, false, 1],
  [false, true, 1],
  [true, true, 2],
])('tiles lie inside the figure and never overlap (sound %s, picture %s, models %i)', (sound, picture, models) => {
  const plan = figurePlan(
    Array.from({ length: models }, () => model(sound ? side('A') : null, picture ? side('V') : null)),
  );
  expect(plan.tiles).toHaveLength((2 + 3 * models) * (Number(sound) + Number(picture)));
  expect(plan.axes).toHaveLength(Number(sound));
  for (const [k, one] of plan.tiles.entries()) {
    expect(one.x + one.picture.width).toBeLessThan(plan.width);
    expect(one.y + one.picture.height).toBeLessThanOrEqual(plan.bottom);
    // The title above a tile belongs to it.
    for (const other of plan.tiles.slice(k + 1))
      expect(
        one.x + one.picture.width < other.x ||
          other.x + other.picture.width < one.x ||
          one.y + one.picture.height <= other.y - 20 ||
          other.y + other.picture.height <= one.y - 20,
      ).toBe(true);
  }
});

test('the caption says what was hidden and how it is painted', () => {
  const facts = { clip: 'dog.mp4', frame: 4, masking: 'painted' };
  const lines = figureCaption([model(side('A'), null)], facts);
  expect(lines[0]).toBe('dog.mp4, frame 5 of 10. Model: Small.');
  expect(lines[1]).toContain('3 of 512 sound patches hidden');
  expect(lines[2]).toContain('own mean and spread');
  const short = figureCaption([model({ ...side('A'), frames: 300 }, null)], facts);
  expect(short[2]).toBe('The sound ends after 3.00 s; what follows, striped, is padding.');
  const two = figureCaption(
    [model(side('A'), null), model(side('A'), null, { name: 'Other', perPatchStatistics: false })],
    facts,
  );
  expect([two[0], two[1]!.endsWith('spread (A).')]).toEqual([
    'dog.mp4, frame 5 of 10. Models: A Small; B Other.',
    true,
  ]);
  expect(figureCaption([model(side('A'), null, { perPatchStatistics: false })], facts).join(' ')).not.toContain(
    'own mean',
  );
});

test('the document holds every picture, sharp text, and its facts for programs', () => {
  const models = [model(side('A'), side('V'))];
  const facts = { clip: 'a <b> & "c".mp4', frame: 0, masking: 'random, seed 1' };
  const plan = figurePlan(models);
  const { svg, width, height } = figureSvg(
    plan,
    plan.tiles.map((_, k) => `data:image/png;base64,${k}`),
    figureCaption(models, facts),
    captionData(models, facts),
  );
  const document = new DOMParser().parseFromString(svg, 'image/svg+xml');
  expect(document.querySelector('parsererror')).toBeNull();
  expect([...document.querySelectorAll('image')].map((image) => image.getAttribute('href'))).toEqual(
    plan.tiles.map((_, k) => `data:image/png;base64,${k}`),
  );
  const texts = [...document.querySelectorAll('text')].map((text) => text.textContent);
  for (const wanted of ['Original (log-mel, Hz)', '8k', '10 s', 'Pasted, loss 0.500']) expect(texts).toContain(wanted);
  expect(texts.some((text) => text?.startsWith('a <b> & "c".mp4'))).toBe(true);
  expect(JSON.parse(document.querySelector('metadata')!.textContent!)).toEqual({
    ...facts,
    patchesHidden: { sound: 3, picture: 3 },
    patchSize: 16,
    models: [{ name: 'Small', lossAudio: 0.5, lossVisual: 0.5, perPatchStatistics: true }],
  });
  for (const text of document.querySelectorAll('text'))
    expect(Number(text.getAttribute('x')) < width && Number(text.getAttribute('y')) < height).toBe(true);
});
