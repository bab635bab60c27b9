// Ranges of a query that a histogram shows and changes: the tests "between" that the whole query depends on.
import type { QueryTest, QueryTree } from './queryTree.ts';

const parts = (tree: QueryTree | null): readonly QueryTree[] =>
  tree === null ? [] : tree.kind === 'and' ? tree.parts : [tree];
const isRange = (tree: QueryTree, field: string): tree is QueryTest =>
  tree.kind === 'test' && tree.operator === 'between' && tree.field.toLowerCase() === field.toLowerCase();

/** The ends of a field's range as they are written; null where the query has none. */
export function rangeOf(tree: QueryTree | null, field: string): [string, string] | null {
  const found = parts(tree).find((part) => isRange(part, field)) as QueryTest | undefined;
  return found ? [found.values[0]!, found.values[1]!] : null;
}

/** The query with another range of a field, or, with null, without one. Null is the query that asks nothing. */
export function withRange(
  tree: QueryTree | null,
  field: string,
  range: readonly [string, string] | null,
): QueryTree | null {
  const others = parts(tree).filter((part) => !isRange(part, field));
  const nowhere = { start: 0, end: 0 };
  const all: QueryTree[] = range
    ? [...others, { kind: 'test', field, operator: 'between', values: [...range], at: nowhere, valuesAt: [] }]
    : others;
  return all.length === 0 ? null : all.length === 1 ? all[0]! : { kind: 'and', parts: all };
}
