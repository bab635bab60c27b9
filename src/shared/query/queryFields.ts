// What a query can ask of a clip: the fields of every workspace and its columns of metadata.
import { QueryError, type QueryOperator, type QueryTest, type QueryTree } from './queryTree.ts';

/** `flag` stands alone; `choice` is one of `options`; `search` is text that is searched by words. */
export type FieldType = 'name' | 'text' | 'number' | 'datetime' | 'category' | 'flag' | 'choice' | 'search' | 'id';
export interface QueryField {
  name: string;
  type: FieldType;
  title: string;
  /** A column of metadata. */
  column?: boolean;
  options?: readonly string[];
}

const field = (name: string, type: FieldType, title: string, options?: readonly string[]): QueryField => ({
  name,
  type,
  title,
  ...(options && { options }),
});

export const clipFields: readonly QueryField[] = [
  field('name', 'name', 'Name and path'),
  field('label', 'category', 'Label'),
  field('predicted', 'category', 'Predicted class'),
  field('labelled', 'flag', 'Labelled'),
  field('uncertain', 'flag', 'Marked uncertain'),
  field('embedded', 'flag', 'Embedded'),
  field('confidence', 'number', 'Confidence'),
  field('uncertainty', 'number', 'Uncertainty'),
  field('correspondence', 'number', 'Sound–picture correspondence'),
  field('correspondencePercentile', 'number', 'Correspondence percentile'),
  field('avDistance', 'number', 'Sound–picture distance'),
  field('error', 'number', 'Reconstruction error'),
  field('cluster', 'number', 'Cluster'),
  field('duration', 'number', 'Duration in seconds'),
  field('start', 'number', 'Beginning in the recording'),
  field('kind', 'choice', 'Kind', ['video', 'audio', 'image']),
  field('badge', 'choice', 'Badge', [
    'no-sound',
    'no-picture',
    'silent',
    'padded',
    'cut',
    'frozen',
    'salvaged',
    'still',
    'missing',
    'changed',
    'duplicate',
  ]),
  field('source', 'category', 'Source folder'),
  field('hour', 'number', 'Hour of day'),
  field('day', 'category', 'Day'),
  field('month', 'category', 'Month'),
  field('weekday', 'choice', 'Weekday', ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']),
  field('note', 'search', 'Own note'),
  field('caption', 'search', 'Caption or subtitle'),
  field('media', 'id', 'Recording number'),
  field('root', 'id', 'Source number'),
  field('id', 'id', 'Clip number'),
];
const otherNames: Record<string, string> = {
  text: 'name',
  path: 'name',
  clip: 'id',
  subtitle: 'caption',
  notes: 'note',
};

/** The field that is meant; null where there is none. Columns of metadata win over fields of the same name. */
export function fieldOf(
  name: string,
  columns: readonly QueryField[],
  aliasOf: (name: string) => string | null = () => null,
): QueryField | null {
  const folded = name.toLowerCase();
  const named = (fields: readonly QueryField[], wanted: string | undefined): QueryField | undefined =>
    fields.find((one) => one.name.toLowerCase() === wanted?.toLowerCase());
  return (
    named(columns, folded) ??
    named(clipFields, folded) ??
    named(clipFields, otherNames[folded]) ??
    named(columns, aliasOf(name) ?? undefined) ??
    null
  );
}

/** Signs that a field can be compared by. */
export function operatorsOf(type: FieldType): readonly QueryOperator[] {
  if (type === 'flag') return ['is set', 'is not set'];
  if (type === 'search') return ['contains', 'is set', 'is not set'];
  if (type === 'name') return ['contains', '=', '!=', 'in', 'is set', 'is not set'];
  if (type === 'category' || type === 'text')
    return ['=', '!=', 'in', 'contains', '<', '<=', '>', '>=', 'between', 'is set', 'is not set'];
  if (type === 'choice' || type === 'id') return ['=', '!=', 'in', 'is set', 'is not set'];
  return ['=', '!=', '<', '<=', '>', '>=', 'between', 'in', 'is set', 'is not set'];
}

/** Every test's field and operator; what is not known is named with its place. @throws QueryError */
export function checkQuery(tree: QueryTree, find: (name: string) => QueryField | null): void {
  if (tree.kind === 'not') checkQuery(tree.part, find);
  else if (tree.kind !== 'test') for (const part of tree.parts) checkQuery(part, find);
  else checkTest(tree, find(tree.field));
}

function checkTest(test: QueryTest, known: QueryField | null): void {
  const nameAt = { start: test.at.start, end: test.at.start + test.field.length };
  if (!known) {
    if (test.operator === 'is set' && test.values.length === 0)
      throw new QueryError(`“${test.field}” is not understood: a test is a field, a sign and a value`, nameAt);
    throw new QueryError(`${test.field} is not known`, nameAt);
  }
  if (!operatorsOf(known.type).includes(test.operator))
    throw new QueryError(`${test.field} cannot be compared by “${test.operator}”`, test.at);
  test.values.forEach((value, i) => {
    const at = test.valuesAt[i] ?? test.at;
    if (known.type === 'number' && (value.trim() === '' || !Number.isFinite(Number(value))))
      throw new QueryError(`${value || 'nothing'} is not a number`, at);
    if (known.type === 'id' && !/^[1-9]\d*$/.test(value)) throw new QueryError(`${value} is not a number of one`, at);
    if (known.options && !known.options.some((option) => option.toLowerCase() === value.toLowerCase()))
      throw new QueryError(`there is no ${test.field} ${value}; there are ${known.options.join(', ')}`, at);
  });
}
