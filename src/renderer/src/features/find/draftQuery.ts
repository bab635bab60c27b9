// A query as rows of the builder: groups of tests that all or any must hold, each of which may be turned round.
import type { QueryOperator, QueryTree } from '../../../../shared/query/queryTree.ts';

export interface DraftTest {
  kind: 'test';
  field: string;
  operator: QueryOperator;
  values: string[];
  not: boolean;
}
export interface DraftGroup {
  kind: 'group';
  join: 'and' | 'or';
  parts: (DraftTest | DraftGroup)[];
  not: boolean;
}
const nowhere = { start: 0, end: 0 };

export const newTest = (field: string, operator: QueryOperator): DraftTest => ({
  kind: 'test',
  field,
  operator,
  values: [''],
  not: false,
});
export const newGroup = (): DraftGroup => ({ kind: 'group', join: 'and', parts: [], not: false });

function part(tree: QueryTree, not = false): DraftTest | DraftGroup {
  if (tree.kind === 'not') return part(tree.part, !not);
  if (tree.kind === 'test')
    return { kind: 'test', field: tree.field, operator: tree.operator, values: [...tree.values], not };
  return { kind: 'group', join: tree.kind, parts: tree.parts.map((one) => part(one)), not };
}

/** The outermost group, which holds a single test, too. */
export function draftOf(tree: QueryTree | null): DraftGroup {
  if (!tree) return newGroup();
  const whole = part(tree);
  return whole.kind === 'group' ? whole : { ...newGroup(), parts: [whole] };
}

/** Null where no row is filled in. Rows without a value are left out. */
export function treeOf(draft: DraftTest | DraftGroup): QueryTree | null {
  const turned = (tree: QueryTree): QueryTree => (draft.not ? { kind: 'not', part: tree } : tree);
  if (draft.kind === 'test') {
    const { field, operator } = draft;
    const needed =
      operator === 'is set' || operator === 'is not set'
        ? 0
        : operator === 'between'
          ? 2
          : operator === 'in'
            ? draft.values.length
            : 1;
    const values = draft.values.slice(0, needed).map((text) => text.trim());
    const filled = operator === 'in' ? values.filter(Boolean) : values;
    if (filled.length < Math.max(needed, operator === 'in' ? 1 : 0) && operator !== 'in') return null;
    if (filled.some((text) => text === '') || (operator === 'in' && filled.length === 0)) return null;
    return turned({ kind: 'test', field, operator, values: filled, at: nowhere, valuesAt: [] });
  }
  const parts = draft.parts.flatMap((one) => treeOf(one) ?? []);
  if (parts.length === 0) return null;
  return turned(parts.length === 1 ? parts[0]! : { kind: draft.join, parts });
}
