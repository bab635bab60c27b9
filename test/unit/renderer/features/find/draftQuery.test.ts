import { describe, expect, it } from 'vitest';
import { draftOf, newGroup, newTest, treeOf } from '../../../../../src/renderer/src/features/find/draftQuery.ts';
import { linkedQuery, queryLink } from '../../../../../src/renderer/src/features/find/queryText.ts';
import { parseQuery } from '../../../../../src/shared/query/parseQuery.ts';
import { rangeOf, withRange } from '../../../../../src/shared/query/queryRange.ts';
import { writeQuery } from '../../../../../src/shared/query/writeQuery.ts';

describe('the builder of queries', () => {
  it.each([
    'site = north',
    'site = north and not (hour between 4 and 8 or weather in (rain, fog))',
    'not labelled is set or depth is not set',
  ])('shows %s and writes it back', (query) => {
    const tree = treeOf(draftOf(parseQuery(query)));
    expect(writeQuery(tree!)).toBe(query);
  });

  it('leaves out rows that are not filled in', () => {
    const draft = {
      ...newGroup(),
      parts: [
        newTest('site', '='),
        newGroup(),
        { ...newTest('depth', 'between'), values: ['1', ''] },
        newTest('weather', 'in'),
      ],
    };
    expect(treeOf(draft)).toBeNull();
    draft.parts.push({ ...newTest('labelled', 'is set'), values: [] });
    expect(writeQuery(treeOf(draft)!)).toBe('labelled is set');
  });
});

describe('the ranges of a query', () => {
  it('are those that the whole query depends on', () => {
    const tree = parseQuery('site = north and hour between 4 and 8');
    expect(rangeOf(tree, 'hour')).toEqual(['4', '8']);
    expect(rangeOf(parseQuery('site = north or hour between 4 and 8'), 'hour')).toBeNull();
    expect(writeQuery(withRange(tree, 'hour', ['5', '6'])!)).toBe('site = north and hour between 5 and 6');
    expect(writeQuery(withRange(tree, 'hour', null)!)).toBe('site = north');
    expect(withRange(parseQuery('hour between 4 and 8'), 'hour', null)).toBeNull();
    expect(writeQuery(withRange(null, 'hour', ['1', '2'])!)).toBe('hour between 1 and 2');
    expect(writeQuery(withRange(parseQuery('a = 1 or b = 2'), 'hour', ['1', '2'])!)).toBe(
      '(a = 1 or b = 2) and hour between 1 and 2',
    );
  });
});

describe('the link to a query', () => {
  it('carries any query', () => {
    const query = 'site = "Höhle #1" and hour between 4 and 8';
    const link = queryLink({ origin: 'http://127.0.0.1:1234', pathname: '/' }, query);
    expect(linkedQuery(new URL(link).hash)).toBe(query);
    expect(linkedQuery('#other')).toBeNull();
    expect(linkedQuery('#query=%E0%A4%A')).toBeNull();
  });
});
