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
  metadata.fields().map(({ key, type }) => ({ name: key, type, title: key, column: true }));

function asCondition(compiled: Compiled, clipIds: readonly number[]): Condition {
  if ('condition' in compiled) return compiled.condition;
  return {
    where: 'c.id IN (SELECT value FROM json_each(?))',
    values: [JSON.stringify(passing(compiled.mask, clipIds))],
  };
}

function joinMasks(kind: 'and' | 'or', a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length);
  for (let i = 0; i < a.length; i++) joined[i] = kind === 'and' ? a[i]! & b[i]! : a[i]! | b[i]!;
  return joined;
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
  const joined = masks.length === 0 ? [] : [{ mask: masks.reduce((a, b) => joinMasks(tree.kind, a, b)) }];
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

/** Null for a query without a word. @throws BAD_INPUT that says what is wrong and where */
function compiled(text: string, context: QueryContext): Compiled | null {
  const columns = metadataFields(context.metadata);
  const find = (name: string): QueryField | null => fieldOf(name, columns, builtInColumn);
  try {
    const tree = parseQuery(text);
    if (!tree) return null;
    checkQuery(tree, find);
    return compile(tree, context, (name) => find(name)!);
  } catch (thrown) {
    if (!(thrown instanceof QueryError)) throw thrown;
    throw new EngineError('BAD_INPUT', thrown.message, {
      field: 'query',
      hint: 'For example: site = north and (hour between 4 and 8 or not labelled)',
    });
  }
}

const passing = (mask: Uint8Array, clipIds: readonly number[]): number[] => clipIds.filter((_, i) => mask[i] === 1);

/** @throws BAD_INPUT that says what is wrong and where */
export function queryCondition(text: string, context: QueryContext): Condition {
  const query = compiled(text, context);
  return query
    ? asCondition(query, 'mask' in query ? context.clipMetadata.times().clipIds : [])
    : { where: '1', values: [] };
}

/** The clips that a query finds, where it asks of metadata and time alone; null where the database has to be asked. */
export function queryIds(text: string, context: QueryContext): number[] | null {
  const query = compiled(text, context);
  return query && 'mask' in query ? passing(query.mask, context.clipMetadata.times().clipIds) : null;
}
