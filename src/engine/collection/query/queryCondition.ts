// A typed query as one condition over `clip c`. Tests of metadata and time are answered from columns in memory, as a mask over all clips;
// everything else is SQL with bound values.
import { fieldOf, checkQuery, type QueryField } from '../../../shared/query/queryFields.ts';
import { parseQuery } from '../../../shared/query/parseQuery.ts';
import { QueryError, type QueryTest, type QueryTree } from '../../../shared/query/queryTree.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { builtInColumn } from '../metadata/columnNames.ts';
import type { MetadataStore } from '../metadata/metadataStore.ts';
import type { Condition } from './clipQuery.ts';
import type { QueryContext } from './queryContext.ts';
import { columnMask } from './queryColumns.ts';
import { testCondition } from './queryTests.ts';

/** `mask[i]` is 1 where the i-th clip, in the order of ids, passes. */
type Compiled = { mask: Uint8Array } | { condition: Condition };

const inMemory = new Set(['hour', 'day', 'month', 'weekday']);

/** Columns of metadata as fields of a query. */
export const metadataFields = (metadata: MetadataStore): QueryField[] =>
  metadata.columns().map(({ key, type }) => ({ name: key, type, title: key, column: true }));

function asCondition(compiled: Compiled, clipIds: readonly number[]): Condition {
  if ('condition' in compiled) return compiled.condition;
  const passing = clipIds.filter((_, i) => compiled.mask[i] === 1);
  return { where: 'c.id IN (SELECT value FROM json_each(?))', values: [JSON.stringify(passing)] };
}

function compile(tree: QueryTree, context: QueryContext, find: (name: string) => QueryField): Compiled {
  if (tree.kind === 'test') return compileTest(tree, find(tree.field), context);
  if (tree.kind === 'not') {
    const part = compile(tree.part, context, find);
    return 'mask' in part
      ? { mask: part.mask.map((passes) => 1 - passes) }
      : { condition: { where: `NOT (${part.condition.where})`, values: part.condition.values } };
  }
  const parts = tree.parts.map((part) => compile(part, context, find));
  const masks = parts.flatMap((part) => ('mask' in part ? [part.mask] : []));
  const joined =
    masks.length === 0
      ? []
      : [
          {
            mask: masks.reduce((a, b) => a.map((passes, i) => (tree.kind === 'and' ? passes & b[i]! : passes | b[i]!))),
          },
        ];
  const rest = parts.filter((part) => 'condition' in part);
  if (rest.length === 0) return joined[0]!;
  const { clipIds } = context.clipMetadata.times();
  const conditions = [...rest, ...joined].map((part) => asCondition(part, clipIds));
  return {
    condition: {
      where: conditions.map(({ where }) => `(${where})`).join(tree.kind === 'and' ? ' AND ' : ' OR '),
      values: conditions.flatMap(({ values }) => values),
    },
  };
}

const compileTest = (test: QueryTest, field: QueryField, context: QueryContext): Compiled =>
  field.column || inMemory.has(field.name)
    ? { mask: columnMask(test, field, context.clipMetadata) }
    : { condition: testCondition(test, field, context) };

/** @throws BAD_INPUT that says what is wrong and where */
export function queryCondition(text: string, context: QueryContext): Condition {
  const columns = metadataFields(context.metadata);
  const find = (name: string): QueryField | null => fieldOf(name, columns, builtInColumn);
  try {
    const tree = parseQuery(text);
    if (!tree) return { where: '1', values: [] };
    checkQuery(tree, find);
    const compiled = compile(tree, context, (name) => find(name)!);
    return asCondition(compiled, 'mask' in compiled ? context.clipMetadata.times().clipIds : []);
  } catch (thrown) {
    if (!(thrown instanceof QueryError)) throw thrown;
    throw new EngineError('BAD_INPUT', thrown.message, {
      field: 'query',
      hint: 'For example: site = north and (hour between 4 and 8 or not labelled)',
    });
  }
}
