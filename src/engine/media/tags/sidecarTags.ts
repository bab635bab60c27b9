// Files beside a recording that describe it: the same name with .json, .xml, .txt, .csv or .guano.
import { parse } from 'csv-parse/sync';
import { readFile, stat } from 'node:fs/promises';
import { sidecarText } from './sidecarText.ts';
import { boundedTags, flatten, flattenXml, type Tags } from './tags.ts';
import { guanoTags } from './wavChunks.ts';

const endings = ['.json', '.xml', '.txt', '.csv', '.guano'] as const;
/** A larger file is data, not a description. */
const mostBytes = 1 << 20;

/** `Key: value`, `key = value` or `key<tab>value` lines. */
function lineTags(text: string): Tags {
  return Object.fromEntries(
    text.split(/\r\n|\n|\r/).flatMap((line): [string, string][] => {
      const match = /^\s*([^:=\t]{1,100}?)\s*(?:[:=]|\t)\s*(\S.*)$/.exec(line);
      return match ? [[match[1]!, match[2]!.trim()]] : [];
    }),
  );
}

/** A header and one row, or rows of a name and a value. */
function tableTags(text: string): Tags {
  const delimiter = [',', ';', '\t'].reduce((most, mark) =>
    text.split(mark).length > text.split(most).length ? mark : most,
  );
  const rows = parse(text, { delimiter, bom: true, relax_column_count: true, skip_empty_lines: true }) as string[][];
  const pairs = rows.length === 2 && rows[0]!.length > 1 ? rows[0]!.map((key, i) => [key, rows[1]![i] ?? '']) : rows;
  return Object.fromEntries(
    pairs.flatMap(([key, value]): [string, string][] =>
      key?.trim() && value?.trim() ? [[key.trim(), value.trim()]] : [],
    ),
  );
}

function tagsOf(ending: string, text: string): Tags {
  if (ending === '.json') return flatten(JSON.parse(text));
  if (ending === '.xml') return flattenXml(text);
  if (ending === '.csv') return tableTags(text);
  return /^GUANO\|Version/m.test(text) ? guanoTags(text) : lineTags(text);
}

/** What the files beside a recording say; those that cannot be read as what they are called say nothing. */
export async function sidecarTags(path: string): Promise<Tags> {
  const stem = path.replace(/\.[^./\\]*$/, '');
  const tags: Tags = {};
  for (const ending of endings)
    for (const file of [`${stem}${ending}`, `${stem}${ending.toUpperCase()}`, `${path}${ending}`]) {
      const facts = await stat(file).catch(() => null);
      if (!facts?.isFile() || facts.size > mostBytes || file === path) continue;
      try {
        for (const [key, value] of Object.entries(tagsOf(ending, sidecarText(await readFile(file)))))
          tags[key] ??= value;
      } catch {
        // Not a description in that format, for instance labels in a .txt or a damaged .json.
      }
    }
  return boundedTags(tags);
}
