// A query as a tree: tests of fields, joined by AND and OR, and turned round by NOT.

export const queryOperators = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'contains',
  'in',
  'between',
  'is set',
  'is not set',
] as const;
export type QueryOperator = (typeof queryOperators)[number];

/** Characters [start, end) of the text it was read from. */
export interface Place {
  start: number;
  end: number;
}
/** `values`: none for "is set", two for "between", any number for "in", else one. A field alone (`labelled`) is "is set". */
export interface QueryTest {
  kind: 'test';
  field: string;
  operator: QueryOperator;
  values: string[];
  at: Place;
  valuesAt: Place[];
}
export type QueryTree = { kind: 'and' | 'or'; parts: QueryTree[] } | { kind: 'not'; part: QueryTree } | QueryTest;

/** Says what is wrong with a query, and where. */
export class QueryError extends Error {
  readonly at: Place;

  constructor(message: string, at: Place) {
    super(`${message}, at character ${at.start + 1}`);
    this.name = 'QueryError';
    this.at = at;
  }
}
