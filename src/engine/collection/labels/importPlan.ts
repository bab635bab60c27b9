// What an import is going to write, schema by schema, before anything is written.
import path from 'node:path';
import type { Workspace } from '../workspace.ts';
import type { LabelFormatName } from './labelFormats.ts';
import type { ReadRecord, Unmatched } from './labelRecord.ts';

export interface ImportLabels {
  path: string;
  format: LabelFormatName;
  schemaId?: number | undefined;
  columns?: Record<string, string> | undefined;
  dryRun?: boolean | undefined;
}

export interface Matched extends Pick<ReadRecord, 'line' | 'label' | 'value' | 'presence'> {
  clipId: number;
}
/** What will be written to one schema; `schemaId` null: the schema is made. */
export interface ImportPlan {
  schemaId: number | null;
  name: string;
  multiLabel: boolean;
  marks: Matched[];
  newClasses: string[];
}

/**
 * What the matched marks of one schema come to: which schema, which classes are new, and which marks it cannot take.
 */
export function planImport(
  workspace: Workspace,
  input: ImportLabels,
  schemaName: string | null,
  all: readonly Matched[],
  unmatched: Unmatched[],
): ImportPlan {
  const existing = workspace.schemas.list();
  const fileStem = path.parse(input.path).name || 'Imported labels';
  const schema =
    input.schemaId !== undefined
      ? workspace.schemas.get(input.schemaId)
      : schemaName !== null
        ? workspace.schemas.byName(schemaName)
        : (workspace.schemas.byName(fileStem) ?? (existing.length === 1 ? existing[0] : null));
  const positives = new Map<number, Set<string>>();
  for (const { clipId, label, value } of all)
    if (value === 'positive') positives.set(clipId, (positives.get(clipId) ?? new Set()).add(label));
  const multiLabel = schema ? schema.multiLabel : [...positives.values()].some((labels) => labels.size > 1);
  const marks = multiLabel ? [...all] : singlePositives(all, unmatched);
  const known = new Set(schema?.classes.map(({ name }) => name));
  const newClasses = [...new Set(marks.map(({ label }) => label.trim()))].filter((label) => !known.has(label));
  return { schemaId: schema?.id ?? null, name: schema?.name ?? schemaName ?? fileStem, multiLabel, marks, newClasses };
}

/** Where a schema takes one label, the first of a clip stands and later ones are reported. */
function singlePositives(marks: readonly Matched[], unmatched: Unmatched[]): Matched[] {
  const first = new Map<number, Matched>();
  return marks.filter((mark) => {
    if (mark.value !== 'positive') return true;
    const before = first.get(mark.clipId);
    if (before && before.label !== mark.label) {
      unmatched.push({
        line: mark.line,
        reason: `its clip is ${before.label} on line ${before.line} already, and this schema takes one label`,
      });
      return false;
    }
    first.set(mark.clipId, mark);
    return true;
  });
}
