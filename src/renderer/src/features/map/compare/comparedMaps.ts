// Which maps of two models stand side by side.
import type { Projection } from '../../../../../shared/contract/model.ts';

/** Of each model its newest settled map of sound and picture, one aligned to the other's where there is one; null where it has none. */
export function comparedMaps(
  projections: readonly Projection[],
  setIds: readonly [number, number],
): [Projection | null, Projection | null] {
  const of = (setId: number): Projection[] =>
    projections
      .filter((map) => map.setId === setId && map.space === 'joint' && map.settled && map.points > 0)
      .toSorted((a, b) => b.id - a.id);
  const [ones, others] = [of(setIds[0]), of(setIds[1])];
  for (const one of ones) {
    const partner = others.find((other) => other.alignedTo === one.id || one.alignedTo === other.id);
    if (partner) return [one, partner];
  }
  return [ones[0] ?? null, others[0] ?? null];
}
