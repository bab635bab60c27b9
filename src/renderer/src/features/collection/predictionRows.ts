// The choices of the prediction filter: every class that the classifier knows, also those that the filter hides at the
// moment.
import type { FacetRow } from './facetRow.ts';

export interface PredictedClass {
  classId: number;
  name: string;
  colour?: string;
}

/** `counts`: clips by predicted class among those shown; null while unknown. `chosen`: what is filtered by; of the others the count is not known then. */
export function predictionRows(
  classes: readonly PredictedClass[],
  counts: ReadonlyMap<number, number> | null,
  chosen: readonly number[],
): FacetRow[] {
  const abstains: PredictedClass = { classId: 0, name: 'Abstains' };
  const known = new Map([...classes, abstains].map((one) => [one.classId, one]));
  for (const classId of counts?.keys() ?? [])
    if (!known.has(classId)) known.set(classId, { classId, name: `Class ${classId}` });
  const rows = [...known.values()].map(({ classId, name, colour }) => {
    const on = chosen.includes(classId);
    return {
      value: classId,
      name,
      count: chosen.length > 0 && !on ? null : (counts?.get(classId) ?? (counts ? 0 : null)),
      title: classId === 0 ? 'Predictions below the threshold of their class' : undefined,
      colour,
      on,
    };
  });
  return rows
    .filter(({ value, count, on }) => on || value !== 0 || count !== 0)
    .sort((a, b) => Number(b.on) - Number(a.on) || (b.count ?? 0) - (a.count ?? 0));
}
