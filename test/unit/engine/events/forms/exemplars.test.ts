import { expect, it } from 'vitest';
import { spreadLabels, votesOf } from '../../../../../src/engine/events/forms/exemplars.ts';

/** Two chains of points on a line, 0 … 9 and 20 … 29; only one of each is marked. */
const places = [0, 20, ...Array.from({ length: 9 }, (_, i) => i + 1), ...Array.from({ length: 9 }, (_, i) => i + 21)];
const forms = places.map((place) => Float32Array.of(place));
const labels = places.map((_, i) => (i < 2 ? i : -1));
const exemplars = spreadLabels(forms, labels, 3, (i, j) => Math.abs(places[i]! - places[j]!));

it('spreads a label along a chain of likenesses, further than its own neighbours', () => {
  for (const [i, place] of places.entries()) {
    const row = exemplars.votes.subarray(i * 3, i * 3 + 3);
    expect(row[place < 10 ? 0 : 1]).toBeGreaterThan(0.8);
    expect(row[0]! + row[1]! + row[2]!).toBeCloseTo(1);
  }
  expect([...exemplars.votes.subarray(0, 3)]).toEqual([1, 0, 0]);
});

it('names something new by its nearest exemplars, also where all are far away', () => {
  const votes = (place: number) => votesOf(exemplars, (j) => Math.abs(place - places[j]!));
  expect(votes(8.5)[0]).toBeGreaterThan(0.9);
  expect(votes(500)[1]).toBeGreaterThan(0.9);
  expect([...votes(8.5)].reduce((a, b) => a + b)).toBeCloseTo(1);
});

it('bears a single exemplar, and twice the same form', () => {
  const one = spreadLabels([Float32Array.of(1)], [0], 2, () => 0);
  expect([...votesOf(one, () => 0)]).toEqual([1, 0]);
  const twins = spreadLabels([forms[0]!, forms[0]!], [0, -1], 2, () => 0);
  expect([...twins.votes]).toEqual([1, 0, 1, 0]);
});
