import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../../src/shared/query/parseQuery.ts';
import { checkQuery, clipFields, fieldOf } from '../../../../src/shared/query/queryFields.ts';
import { QueryError, type QueryTree } from '../../../../src/shared/query/queryTree.ts';
import { writeQuery } from '../../../../src/shared/query/writeQuery.ts';

/** A short form to compare by. */
function short(tree: QueryTree | null): string {
  if (!tree) return '';
  if (tree.kind === 'not') return `!${short(tree.part)}`;
  if (tree.kind !== 'test') return `(${tree.parts.map(short).join(tree.kind === 'and' ? ' & ' : ' | ')})`;
  return [tree.field, tree.operator, ...tree.values].join('·');
}
const read = (text: string): string => short(parseQuery(text));
function wrong(text: string): string {
  try {
    const tree = parseQuery(text);
    if (tree)
      checkQuery(tree, (name) => fieldOf(name, [{ name: 'depth', type: 'number', title: 'depth', column: true }]));
  } catch (thrown) {
    if (thrown instanceof QueryError) return `${thrown.message} [${thrown.at.start}, ${thrown.at.end})`;
    throw thrown;
  }
  return 'fine';
}

describe('parseQuery', () => {
  it.each([
    ['', ''],
    ['label=dog and duration>3 and not embedded', '(label·=·dog & duration·>·3 & !embedded·is set)'],
    ['a = 1 or b = 2 and c = 3', '(a·=·1 | (b·=·2 & c·=·3))'],
    ['(a = 1 or b = 2) && !(c = 3 || d)', '((a·=·1 | b·=·2) & !(c·=·3 | d·is set))'],
    ['site = north ridge and "weather at start" != rain', '(site·=·north ridge & weather at start·!=·rain)'],
    ['weather in (rain, "fog, thick") and site not in (a)', '(weather·in·rain·fog, thick & !site·in·a)'],
    ['hour between 4 and 8 and x', '(hour·between·4·8 & x·is set)'],
    ['depth = 2..4.5', 'depth·between·2·4.5'],
    ['recorded_at >= 2023-10-05T06:30 and day=2023-10-05', '(recorded_at·>=·2023-10-05T06:30 & day·=·2023-10-05)'],
    ['site:north name~kitchen', null],
    ['name contains kitchen table or site is not set', '(name·contains·kitchen table | site·is not set)'],
    ['site is empty and site is not empty', '(site·is not set & site·is set)'],
    [String.raw`site = "say \"hi\" (now)"`, 'site·=·say "hi" (now)'],
    ['[weather at start] = „gut”', 'weather at start·=·gut'],
  ])('%s', (text, expected) => {
    if (expected === null) expect(wrong(text)).not.toBe('fine');
    else expect(read(text)).toBe(expected);
  });

  it.each([
    ['a = 1 and', 'a test is missing, at character 10 [9, 9)'],
    ['(a = 1 or b = 2', 'the group that begins here is not closed, at character 1 [0, 1)'],
    ['a = 1)', 'a parenthesis is closed that was never opened, at character 6 [5, 6)'],
    ['label =', 'a value is missing after “=”, at character 8 [7, 7)'],
    ['label = "dog', 'the " has no " after it, at character 9 [8, 12)'],
    ['hour between 4', '“between” needs two values: between 4 and 8, at character 15 [14, 14)'],
    ['weather in rain', '“in” is followed by a list: (rain, fog), at character 12 [11, 15)'],
    ['colour = red', 'colour is not known, at character 1 [0, 6)'],
    ['labelled and depth > deep', 'deep is not a number, at character 22 [21, 25)'],
    ['badge = nice', 'there is no badge nice; there are no-sound'],
    ['labelled = 3', 'labelled cannot be compared by “=”'],
    ['???', '“???” is not understood'],
  ])('says what is wrong with %s, and where', (text, expected) => expect(wrong(text)).toContain(expected));

  it('is bounded', () => {
    expect(wrong('('.repeat(200))).toContain('more than 50 groups');
    expect(wrong(Array.from({ length: 600 }, () => 'labelled').join(' or '))).toContain('more than 500 tests');
  });

  it('writes what reads back as the same tree', () => {
    const name = fc.oneof(
      fc.constantFrom(...clipFields.map(({ name: field }) => field), 'and', 'weather at start'),
      fc.string({ minLength: 1 }),
    );
    const test = fc
      .record({
        field: name,
        operator: fc.constantFrom('=', '!=', '<=', 'contains', 'in', 'between', 'is set'),
        values: fc.tuple(fc.string(), fc.string()),
      })
      .map(({ field, operator, values }): QueryTree => {
        const at = { start: 0, end: 0 };
        const count = operator === 'is set' ? 0 : operator === 'in' || operator === 'between' ? 2 : 1;
        return { kind: 'test', field, operator: operator as '=', values: values.slice(0, count), at, valuesAt: [] };
      });
    const { tree } = fc.letrec<{ tree: QueryTree }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        test,
        fc.record({
          kind: fc.constantFrom('and' as const, 'or' as const),
          parts: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
        }),
        tie('tree').map((part): QueryTree => ({ kind: 'not', part })),
      ),
    }));
    /** Groups of one kind within each other read as one. */
    const flat = (one: QueryTree): string => short(parseQuery(writeQuery(one)));
    fc.assert(
      fc.property(tree, (one) => {
        expect(flat(parseQuery(writeQuery(one))!)).toBe(flat(one));
        if (one.kind === 'test') expect(flat(one)).toBe(short(one));
      }),
    );
  });
});
