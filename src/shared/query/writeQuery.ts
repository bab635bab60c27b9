// Writes a query as text that reads back as the same tree.
import type { QueryTest, QueryTree } from './queryTree.ts';

const keywords = new Set(['and', 'or', 'not', 'in', 'is', 'between', 'contains']);
const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

/** A field as it is typed: in quotes where it is more than a word. */
export const writeField = (name: string): string =>
  /^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(name) && !name.includes('..') && !keywords.has(name.toLowerCase())
    ? name
    : quoted(name);
export const writeValue = (text: string): string =>
  /^[\p{L}\p{N}_+][\p{L}\p{N}_+:./-]*$/u.test(text) && !text.includes('..') && !keywords.has(text.toLowerCase())
    ? text
    : quoted(text);

function writeTest({ field, operator, values }: QueryTest): string {
  const name = writeField(field);
  const [first = '', second = ''] = values.map(writeValue);
  if (operator === 'is set' || operator === 'is not set') return `${name} ${operator}`;
  if (operator === 'between') return `${name} between ${first} and ${second}`;
  if (operator === 'in') return `${name} in (${values.map(writeValue).join(', ')})`;
  return `${name} ${operator} ${first}`;
}

export function writeQuery(tree: QueryTree, within: 'and' | 'or' | 'not' | null = null): string {
  if (tree.kind === 'test') return writeTest(tree);
  if (tree.kind === 'not') return `not ${writeQuery(tree.part, 'not')}`;
  const text = tree.parts.map((part) => writeQuery(part, tree.kind)).join(` ${tree.kind} `);
  return within === null || within === tree.kind ? text : `(${text})`;
}
