// Tests of what clips are, are said to be and are predicted to be, as SQL over `clip c` with bound values.
import { badge } from '../../../shared/contract/clip.ts';
import type { QueryField } from '../../../shared/query/queryFields.ts';
import { QueryError, type QueryTest } from '../../../shared/query/queryTree.ts';
import { badgeBits } from './badgeBits.ts';
import { foldText } from './clipNames.ts';
import { countedClass, type Condition } from './clipQuery.ts';
import type { QueryContext } from './queryContext.ts';
import { scoreKey } from './scoreKey.ts';

const inList = 'IN (SELECT value FROM json_each(?))';
const opposite = (test: QueryTest): boolean => test.operator === '!=' || test.operator === 'is not set';
const turned = (condition: Condition, test: QueryTest): Condition =>
  opposite(test) ? { where: `NOT (${condition.where})`, values: condition.values } : condition;

/** A comparison of an expression with the numbers of a test. Numbers are equal within the precision of a score. */
function numeric(expression: string, { operator, values }: QueryTest): Condition {
  const [first = 0, second = 0] = values.map(Number);
  const step = Math.max(1e-9, Math.abs(first) * 1e-7);
  const near = `${expression} BETWEEN ? AND ?`;
  if (operator === '=') return { where: near, values: [first - step, first + step] };
  if (operator === '!=') return { where: `NOT (${near})`, values: [first - step, first + step] };
  if (operator === 'between') return { where: near, values: [first, second] };
  if (operator === 'in') return { where: `${expression} ${inList}`, values: [JSON.stringify(values.map(Number))] };
  const sign = { '<': '<', '<=': '<=', '>': '>', '>=': '>=' }[operator as '<'];
  return { where: `${expression} ${sign} ?`, values: [first] };
}

/** A test of a name against a table of names: `id IN (…)` of those that match. */
function ofNames(expression: string, test: QueryTest): Condition {
  const folded = test.values.map(foldText);
  return test.operator === 'contains'
    ? { where: `instr(fold(${expression}), ?) > 0`, values: [folded[0]] }
    : { where: `fold(${expression}) ${inList}`, values: [JSON.stringify(folded)] };
}

function classes(test: QueryTest, { db }: QueryContext): Condition {
  if (!['=', '!=', 'in', 'contains'].includes(test.operator))
    throw new QueryError(`${test.field} cannot be compared by “${test.operator}”`, test.at);
  if (test.operator !== 'contains')
    test.values.forEach((name, i) => {
      const known = db.prepare('SELECT 1 FROM label_class WHERE fold(name) = ? AND NOT removed').get(foldText(name));
      if (!known) throw new QueryError(`there is no class ${name}`, test.valuesAt[i] ?? test.at);
    });
  const { where, values } = ofNames('k.name', test);
  return { where: `SELECT k.id FROM label_class k WHERE NOT k.removed AND ${where}`, values };
}

function labelTest(test: QueryTest, context: QueryContext): Condition {
  const said = "SELECT a.clip_id FROM annotation a WHERE a.value = 'positive'";
  if (test.values.length === 0) return turned({ where: `c.id IN (${said})`, values: [] }, test);
  const { where, values } = classes(test, context);
  return turned({ where: `c.id IN (${said} AND a.class_id IN (${where}))`, values }, test);
}

function predictionTest(test: QueryTest, context: QueryContext): Condition {
  const rows = 'SELECT p.clip_id FROM prediction p WHERE p.classifier_id = ?';
  const { classifierId } = context;
  if (test.values.length === 0) return turned({ where: `c.id IN (${rows})`, values: [classifierId] }, test);
  const { where, values } =
    test.field.toLowerCase() === 'predicted'
      ? classes(test, context)
      : numeric(`p.${test.field.toLowerCase() === 'confidence' ? 'probability' : 'uncertainty'}`, test);
  if (test.field.toLowerCase() !== 'predicted')
    return { where: `c.id IN (${rows} AND ${where})`, values: [classifierId, ...values] };
  const counted = countedClass(undefined, context);
  return turned({ where: `c.id IN (${rows} AND ${counted} IN (${where}))`, values: [classifierId, ...values] }, test);
}

function scoreTest(test: QueryTest, name: string, modelId: string): Condition {
  const rows = 'SELECT s.clip_id FROM score s WHERE s.name = ?';
  const key = scoreKey(name, modelId);
  if (test.values.length === 0) return turned({ where: `c.id IN (${rows})`, values: [key] }, test);
  const { where, values } = numeric('s.value', test);
  return { where: `c.id IN (${rows} AND ${where})`, values: [key, ...values] };
}

function flagTest(test: QueryTest, name: string, { setId }: QueryContext): Condition {
  if (name === 'embedded')
    return turned(
      { where: 'c.id IN (SELECT r.clip_id FROM embedding_row r WHERE r.set_id = ?)', values: [setId] },
      test,
    );
  const value = name === 'labelled' ? 'positive' : 'uncertain';
  return turned({ where: 'c.id IN (SELECT a.clip_id FROM annotation a WHERE a.value = ?)', values: [value] }, test);
}

function nameTest(test: QueryTest): Condition {
  if (test.values.length === 0) return turned({ where: '1', values: [] }, test);
  if (test.operator === 'contains') {
    const words = foldText(test.values[0]!).split(/\s+/).filter(Boolean);
    return { where: words.map(() => 'instr(c.search, ?) > 0').join(' AND ') || '1', values: words };
  }
  const wanted = JSON.stringify(test.values.map(foldText));
  return turned(
    {
      where: `(fold(c.name) ${inList} OR c.media_id IN (SELECT m.id FROM media m WHERE fold(m.path) ${inList}
        OR fold(replace(m.path, rtrim(m.path, replace(m.path, '/', '')), '')) ${inList}))`,
      values: [wanted, wanted, wanted],
    },
    test,
  );
}

function choiceTest(test: QueryTest, name: string): Condition {
  const wanted = test.values.map((value) => value.toLowerCase());
  if (name === 'kind') return turned({ where: `c.kind ${inList}`, values: [JSON.stringify(wanted)] }, test);
  const bits = test.values.length === 0 ? -1 : badgeBits(badge.options.filter((one) => wanted.includes(one)));
  return turned({ where: 'c.badges & ? != 0', values: [bits] }, test);
}

/** Words are found by their beginnings, all of them. */
export const matchText = (text: string): string =>
  text
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .map((word) => `"${word}"*`)
    .join(' ');

function passageTest(test: QueryTest, kind: string): Condition {
  const overlaps =
    '(p.clip_id = c.id OR p.clip_id = 0 AND p.media_id = c.media_id AND p.start_s < c.end_s AND p.end_s > c.start_s)';
  if (test.values.length === 0)
    return turned(
      {
        where: `EXISTS (SELECT 1 FROM passage p WHERE p.media_id = c.media_id AND p.kind = ? AND ${overlaps})`,
        values: [kind],
      },
      test,
    );
  const match = matchText(test.values[0]!);
  if (match === '') return { where: '0', values: [] };
  return {
    where: `c.id IN (SELECT c.id FROM passage p JOIN clip c ON c.media_id = p.media_id WHERE p.kind = ? AND ${overlaps}
      AND p.id IN (SELECT rowid FROM passage_text WHERE passage_text MATCH ?))`,
    values: [kind, match],
  };
}

/** The condition of one test of a field that is no column of metadata. */
export function testCondition(test: QueryTest, field: QueryField, context: QueryContext): Condition {
  const { name } = field;
  if (field.type === 'flag') return flagTest(test, name, context);
  if (field.type === 'search') return passageTest(test, name);
  if (field.type === 'choice') return choiceTest(test, name);
  if (field.type === 'id') {
    const column = { media: 'c.media_id', root: 'c.root_id', id: 'c.id' }[name as 'id'];
    if (test.values.length === 0) return turned({ where: '1', values: [] }, test);
    return turned({ where: `${column} ${inList}`, values: [JSON.stringify(test.values.map(Number))] }, test);
  }
  if (name === 'name') return nameTest(test);
  if (name === 'label') return labelTest(test, context);
  if (['predicted', 'confidence', 'uncertainty'].includes(name))
    return predictionTest({ ...test, field: name }, context);
  if (name === 'source') {
    if (test.values.length === 0) return turned({ where: '1', values: [] }, test);
    const { where, values } = ofNames('r.name', test);
    return turned({ where: `c.root_id IN (SELECT r.id FROM root r WHERE ${where})`, values }, test);
  }
  if (name === 'duration' || name === 'start') {
    if (test.values.length === 0) return turned({ where: '1', values: [] }, test);
    return numeric(name === 'start' ? 'c.start_s' : '(c.end_s - c.start_s)', test);
  }
  return scoreTest(test, name, context.modelId);
}
