import { expect, it } from 'vitest';
import { neighboursKept } from '../../../../../src/engine/training/metrics/neighboursKept.ts';

const at = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));

it('counts the nearest neighbours that both share', () => {
  const teacher = [0, 10, 40, 60].map(at);
  expect(neighboursKept(teacher, teacher, 2)).toBe(1);
  // The first two change places with the last two: nearest to 0 is now 60's place.
  const student = [0, 60, 40, 10].map(at);
  expect(neighboursKept(teacher, student, 1)).toBe(0);
  // Other widths, same directions.
  expect(
    neighboursKept(
      teacher,
      teacher.map((x) => Float32Array.of(...x, 0)),
      2,
    ),
  ).toBe(1);
});
