import { expect, it } from 'vitest';
import { predictionRows } from '../../../../../src/renderer/src/features/collection/predictionRows.ts';

const classes = [
  { classId: 1, name: 'bell', colour: '#111111' },
  { classId: 2, name: 'bird' },
];

it('offers every class also while one is chosen, without a count that is not known', () => {
  const all = predictionRows(
    classes,
    new Map([
      [1, 4],
      [2, 6],
    ]),
    [],
  );
  expect(all.map(({ name, count, on }) => [name, count, on])).toEqual([
    ['bird', 6, false],
    ['bell', 4, false],
  ]);
  const chosen = predictionRows(classes, new Map([[1, 4]]), [1]);
  expect(chosen.slice(0, 2).map(({ name, count, on }) => [name, count, on])).toEqual([
    ['bell', 4, true],
    ['bird', null, false],
  ]);
});

it('offers what the classifier abstains from only where there is some', () => {
  expect(predictionRows(classes, new Map([[1, 4]]), []).map(({ value }) => value)).not.toContain(0);
  expect(predictionRows(classes, new Map([[0, 2]]), []).map(({ value }) => value)).toContain(0);
});
