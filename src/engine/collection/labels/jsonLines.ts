// JSON lines: one object per annotation, with the names of plain CSV.
import type { LabelField as Field } from '../../../shared/contract/annotation.ts';
import { collect, fieldColumns } from './labelFields.ts';
import type { LabelFormat, Unmatched } from './labelRecord.ts';
import { readText, writeWhole } from './textFile.ts';

const asText = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value as string | number | boolean);

export const jsonLines: LabelFormat = {
  fileName: 'labels.jsonl',
  positivesOnly: false,
  read(file, { columns: mapper }) {
    const bad: Unmatched[] = [];
    // Only the line feed ends a line: names may hold the other separators.
    const lines = readText(file)
      .replace(/^\uFEFF/, '')
      .split('\n')
      .flatMap((text, i) => {
        if (!text.trim()) return [];
        try {
          const object = JSON.parse(text) as unknown;
          if (object === null || typeof object !== 'object' || Array.isArray(object)) throw new Error('not an object');
          const names = Object.keys(object);
          const columns = Object.entries(fieldColumns(names, mapper)) as [Field, number][];
          return [
            {
              line: i + 1,
              raw: Object.fromEntries(
                columns.map(([field, at]) => [field, asText((object as Record<string, unknown>)[names[at] as string])]),
              ),
            },
          ];
        } catch (thrown) {
          bad.push({
            line: i + 1,
            reason: `not a JSON object: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
          });
          return [];
        }
      });
    return { naming: 'path', ...collect(lines, bad) };
  },
  write(file, records) {
    const lines = records.map(({ path, startS, endS, label, value, presence, source, schema }) =>
      JSON.stringify({ path, start: startS, end: endS, label, value, presence, source, schema }),
    );
    return [writeWhole(file, lines.map((line) => `${line}\n`).join(''))];
  },
};
