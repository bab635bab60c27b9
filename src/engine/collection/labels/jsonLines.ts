// JSON lines: one object per annotation, with the names of plain CSV.
import type { LabelField as Field } from '../../../shared/contract/annotation.ts';
import { collect, fieldColumns, type RawLine } from './labelFields.ts';
import type { LabelFormat, Unmatched } from './labelRecord.ts';
import { textLines, writeWhole } from './textFile.ts';

const asText = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value as string | number | boolean);

function rawOf(text: string, mapper: Record<string, string>): RawLine['raw'] {
  const object = JSON.parse(text) as unknown;
  if (object === null || typeof object !== 'object' || Array.isArray(object)) throw new Error('not an object');
  const names = Object.keys(object);
  const columns = Object.entries(fieldColumns(names, mapper)) as [Field, number][];
  return Object.fromEntries(
    columns.map(([field, at]) => [field, asText((object as Record<string, unknown>)[names[at] as string])]),
  );
}

export const jsonLines: LabelFormat = {
  fileName: 'labels.jsonl',
  positivesOnly: false,
  async read(file, { columns: mapper }) {
    const bad: Unmatched[] = [];
    async function* lines(): AsyncGenerator<RawLine, void, void> {
      let line = 0;
      for await (const text of textLines(file)) {
        line++;
        if (!text.trim()) continue;
        try {
          yield { line, raw: rawOf(text, mapper) };
        } catch (thrown) {
          const why = thrown instanceof Error ? thrown.message : String(thrown);
          bad.push({ line, reason: `not a JSON object: ${why}` });
        }
      }
    }
    return { naming: 'path', ...(await collect(lines(), bad)) };
  },
  write(file, records) {
    const lines = records.map(({ path, startS, endS, label, value, presence, source, schema }) =>
      JSON.stringify({ path, start: startS, end: endS, label, value, presence, source, schema }),
    );
    return [writeWhole(file, lines.map((line) => `${line}\n`).join(''))];
  },
};
