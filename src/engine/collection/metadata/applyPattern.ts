// A pattern for file names over the whole collection: looked at, and taken over as one step.
import type { Workspace } from '../workspace.ts';
import type { NewValue, StepOfMetadata } from './metadataStore.ts';
import { readValue, type ReadValue } from './metadataValue.ts';
import type { NamePattern } from './namePattern.ts';

interface Named {
  mediaId: number;
  path: string;
  /** By column; null where the name does not match. */
  values: Record<string, ReadValue | { problem: string }> | null;
}

function named(workspace: Workspace, pattern: NamePattern, zone: string | undefined): Named[] {
  const columns = new Map(pattern.columns.map((key) => [key, workspace.metadata.column(key)]));
  const media = workspace.db.prepare('SELECT id, path FROM media ORDER BY root_id, path').all() as {
    id: number;
    path: string;
  }[];
  return media.map(({ id, path }) => {
    const texts = pattern.read(path);
    if (!texts) return { mediaId: id, path, values: null };
    const read = Object.entries(texts)
      .filter(([, text]) => text !== '')
      .map(([key, text]) => [key, readValue(columns.get(key)!, text, { zone })] as const);
    return { mediaId: id, path, values: Object.fromEntries(read) };
  });
}

export interface PatternPreview {
  columns: string[];
  matched: number;
  total: number;
  problems: number;
  rows: { mediaId: number; path: string; values: Record<string, string> | null; problem: string | null }[];
}

/** Names that match and have a problem first, then those that do not match: what a person has to look at. */
export function previewPattern(
  workspace: Workspace,
  pattern: NamePattern,
  zone: string | undefined,
  limit: number,
): PatternPreview {
  const all = named(workspace, pattern, zone).map(({ mediaId, path, values }) => {
    const entries = Object.entries(values ?? {});
    const problem = entries.flatMap(([, value]) => ('problem' in value ? [value.problem] : []))[0] ?? null;
    const texts =
      values && Object.fromEntries(entries.flatMap(([key, value]) => ('problem' in value ? [] : [[key, value.text]])));
    return { mediaId, path, values: texts, problem };
  });
  const order = ({ values, problem }: (typeof all)[number]): number => (problem ? 0 : values ? 2 : 1);
  return {
    columns: pattern.columns,
    matched: all.filter(({ values }) => values !== null).length,
    total: all.length,
    problems: all.filter(({ problem }) => problem !== null).length,
    rows: all.toSorted((a, b) => order(a) - order(b)).slice(0, limit),
  };
}

/** Values that people set or imported stay. */
export function applyPattern(workspace: Workspace, pattern: NamePattern, zone: string | undefined): StepOfMetadata {
  const { metadata } = workspace;
  const ids = new Map(pattern.columns.map((key) => [key, metadata.column(key).id]));
  const said = new Map(metadata.rows(null).map(({ mediaId, values }) => [mediaId, values]));
  const values = named(workspace, pattern, zone).flatMap(({ mediaId, values: found }): NewValue[] =>
    Object.entries(found ?? {}).flatMap(([key, value]): NewValue[] => {
      const source = said.get(mediaId)?.[key]?.source;
      return 'problem' in value || source === 'person' || source === 'import'
        ? []
        : [{ mediaId, columnId: ids.get(key)!, value }];
    }),
  );
  return metadata.set(values, 'pattern', `Take metadata from names by ${pattern.text}`);
}
