import { expect, test } from 'vitest';
import { freeColour, palette } from '../../../../src/engine/collection/palette.ts';
import { categorical } from '../../../../src/renderer/src/theme/palettes.ts';
import { Workspace } from '../../../../src/engine/collection/workspace.ts';
import { openWorkspace } from './openWorkspace.ts';

test('there is a colour for any number of classes, and the first thousand differ', () => {
  const taken = new Set<string>();
  const colours: string[] = [];
  const began = performance.now();
  for (let n = 0; n < 20_000; n++) {
    colours.push(freeColour(taken));
    taken.add(colours.at(-1)!);
  }
  expect(performance.now() - began).toBeLessThan(5000);
  expect(new Set(colours.slice(0, 1000)).size).toBe(1000);
  for (const colour of colours) expect(colour).toMatch(/^#[0-9a-f]{6}$/);
});

test('2,500 classes are made in seconds', () => {
  const workspace: Workspace = openWorkspace();
  const schema = workspace.schemas.create({ name: 'Many' });
  const began = performance.now();
  workspace.schemas.addClasses(
    schema.id,
    Array.from({ length: 2500 }, (_, n) => ({ name: `class ${n}` })),
  );
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(workspace.schemas.get(schema.id).classes).toHaveLength(2500);
});

type Triple = [number, number, number];
const linear = (hex: string): Triple =>
  [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as Triple;
const times = (rows: readonly Triple[], [r, g, b]: Triple): Triple =>
  rows.map(([x, y, z]) => x * r + y * g + z * b) as Triple;
/** https://bottosson.github.io/posts/oklab */
const oklab = (rgb: Triple): Triple =>
  times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    times(
      [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
      ],
      rgb,
    ).map(Math.cbrt) as Triple,
  );
/** Eyes without the second or first cone: Machado, Oliveira and Fernandes (2009), severity 1. */
const eyes: Record<string, readonly Triple[]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  deuteranope: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protanope: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
};

test.each([
  ['normal', 0.12],
  ['deuteranope', 0.07],
  ['protanope', 0.07],
])('the first ten colours stay apart for %s eyes', (eye, least) => {
  const seen = palette.slice(0, 10).map((colour) => {
    const rgb = times(eyes[eye]!, linear(colour));
    return oklab(rgb.map((c) => Math.min(1, Math.max(0, c))) as Triple);
  });
  seen.forEach((one, i) =>
    seen.slice(0, i).forEach((other, j) => {
      const distance = Math.hypot(...one.map((value, k) => value - other[k]!));
      expect(distance, `${palette[i]} and ${palette[j]}`).toBeGreaterThan(least);
    }),
  );
});

test('clusters and classes have the same colours', () => {
  expect(categorical).toEqual(palette.slice(0, categorical.length));
});
