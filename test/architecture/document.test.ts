// ARCHITECTURE.md says what the rules say, and every stop of its flows exists.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const document = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');
const { forbidden } = createRequire(import.meta.url)(path.join(root, '.dependency-cruiser.cjs')) as {
  forbidden: { name: string; from: { path: string }; to: { pathNot: string[] } }[];
};
const plain = (pattern: string): string => pattern.replace('^src/', '').replace(/\/$/, '');

/** What each room may import by the rules, without itself. */
const rules = new Map(
  forbidden
    .filter(({ name }) => name.startsWith('room-'))
    .map(({ from, to }) => {
      const room = plain(from.path);
      return [room, new Set(to.pathNot.map(plain).filter((one) => one !== room))];
    }),
);
const ticked = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);

/** The rows of the table of rooms: room → rooms it may import. */
function tableOf(text: string): Map<string, Set<string>> {
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  return new Map(
    rows
      .map((row) => row.split('|').map((cell) => cell.trim()))
      .filter((cells) => cells.length === 6)
      .map(([, room, , may]) => [ticked(room!)[0]!, new Set(ticked(may!))]),
  );
}

/** Depth of every room in the drawing, from the top. */
function layersOf(text: string): Map<string, number> {
  const section = text.slice(text.indexOf('## Rooms'));
  const drawing = section.split('```')[1]!;
  return new Map(
    drawing
      .trim()
      .split('\n')
      .flatMap((line, depth) => line.split(/\s+/).flatMap((word) => (rules.has(word) ? [[word, depth] as const] : []))),
  );
}

interface Stop {
  file: string;
  symbol: string;
}
/** The stops of each flow, by its heading. */
function flowsOf(text: string): Map<string, Stop[]> {
  const section = text.slice(text.indexOf('## Four flows'), text.indexOf('\n## ', text.indexOf('## Four flows') + 1));
  return new Map(
    section
      .split('\n### ')
      .slice(1)
      .map((flow) => [
        flow.split('\n')[0]!,
        [...flow.matchAll(/^\d+\. `([^`]+)` `([^`]+)`/gm)].map(([, file, symbol]) => ({
          file: file!,
          symbol: symbol!,
        })),
      ]),
  );
}
const exported = (source: string, name: string): boolean =>
  new RegExp(`export (async )?(function\\*?|const|class|interface|type) ${name}\\b`).test(source);

describe('ARCHITECTURE.md', () => {
  it('has a row for every room, with what the rules allow it', () => {
    const table = tableOf(document);
    expect([...table.keys()].sort()).toEqual([...rules.keys()].sort());
    for (const [room, may] of table) expect([room, [...may].sort()]).toEqual([room, [...rules.get(room)!].sort()]);
  });

  it('draws every room, and none above one that it imports', () => {
    const layers = layersOf(document);
    expect([...layers.keys()].sort()).toEqual([...rules.keys()].sort());
    for (const [room, may] of rules)
      for (const other of may) {
        // The whole of the engine, and single files, stand in no layer.
        if (!layers.has(other)) continue;
        expect([room, other, layers.get(other)! >= layers.get(room)!]).toEqual([room, other, true]);
      }
  });

  it('walks four flows of at most twelve stops, each of which exists', () => {
    const flows = flowsOf(document);
    expect(flows.size).toBe(4);
    for (const [name, stops] of flows) {
      expect(stops.length, name).toBeGreaterThan(3);
      expect(stops.length, name).toBeLessThanOrEqual(12);
      for (const { file, symbol } of stops) {
        const full = path.join(root, 'src', file);
        expect(existsSync(full), file).toBe(true);
        expect(exported(readFileSync(full, 'utf8'), symbol), `${symbol} of ${file}`).toBe(true);
      }
    }
  });

  it('a name that is not exported is no stop', () => {
    expect(exported('export const useMap = 1;', 'useMap')).toBe(true);
    expect(exported('const useMap = 1;', 'useMap')).toBe(false);
    expect(exported('export const useMaps = 1;', 'useMap')).toBe(false);
  });
});
