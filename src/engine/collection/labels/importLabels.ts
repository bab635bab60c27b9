// Labels in: read, match, report; then write as one step that undo takes back whole.
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import type { NewAnnotation } from '../annotationStore.ts';
import type { Workspace } from '../workspace.ts';
import { ClipMatcher } from './clipMatcher.ts';
import { labelFormats, type LabelFormatName } from './labelFormats.ts';
import { labelMedia } from './labelMedia.ts';
import type { ReadRecord, Unmatched } from './labelRecord.ts';

export interface ImportLabels { path: string; format: LabelFormatName; schemaId?: number | undefined; columns?: Record<string, string> | undefined; dryRun?: boolean | undefined }
export interface ImportReport { annotations: number; matchedClips: number; newClasses: string[]; unmatched: Unmatched[] }

interface Matched extends Pick<ReadRecord, 'line' | 'label' | 'value' | 'presence'> { clipId: number }
/** What will be written to one schema; `schemaId` null: the schema is made. */
interface Plan { schemaId: number | null; name: string; multiLabel: boolean; marks: Matched[]; newClasses: string[] }

/** Imports a label file; with `dryRun` only says what would happen. Throws BAD_INPUT for a file that cannot be read at all. */
export async function importLabels(workspace: Workspace, input: ImportLabels): Promise<ImportReport> {
  const format = labelFormats[input.format];
  if (!format.read) throw new EngineError('BAD_INPUT', `labels can be written as ${input.format}, not read from it`, { field: 'format', hint: 'Export them as CSV or JSON lines to carry them over.' });
  const { records, bad, naming } = await format.read(input.path, { columns: input.columns ?? {} });
  const unmatched = [...bad];
  const matcher = new ClipMatcher(labelMedia(workspace));
  const folder = path.dirname(path.resolve(input.path));
  const bySchema = new Map<string | null, Matched[]>();
  for (const record of records) {
    const found = matcher.match(record, naming, folder);
    if (typeof found === 'string') {
      unmatched.push({ line: record.line, reason: found });
      continue;
    }
    const schema = input.schemaId === undefined ? record.schema : null;
    const marks = bySchema.get(schema) ?? [];
    bySchema.set(schema, marks);
    for (const clipId of found) marks.push({ clipId, line: record.line, label: record.label, value: record.value, presence: record.presence });
  }
  const plans = [...bySchema].map(([name, marks]) => plan(workspace, input, name, marks, unmatched));
  const report: ImportReport = {
    annotations: plans.reduce((sum, { marks }) => sum + marks.length, 0),
    matchedClips: new Set(plans.flatMap(({ marks }) => marks.map(({ clipId }) => clipId))).size,
    newClasses: plans.flatMap(({ newClasses }) => newClasses),
    unmatched: unmatched.toSorted((a, b) => a.line - b.line),
  };
  if (!input.dryRun && report.annotations) {
    workspace.oneStep(`Import ${report.annotations} labels from ${path.basename(input.path)}`, () => plans.forEach((one) => write(workspace, one)));
  }
  return report;
}

function plan(workspace: Workspace, input: ImportLabels, schemaName: string | null, all: readonly Matched[], unmatched: Unmatched[]): Plan {
  const existing = workspace.schemas.list();
  const named = path.parse(input.path).name || 'Imported labels';
  const schema = input.schemaId !== undefined ? workspace.schemas.get(input.schemaId)
    : schemaName !== null ? workspace.schemas.byName(schemaName) : workspace.schemas.byName(named) ?? (existing.length === 1 ? existing[0] : null);
  const positives = new Map<number, Set<string>>();
  for (const { clipId, label, value } of all) if (value === 'positive') positives.set(clipId, (positives.get(clipId) ?? new Set()).add(label));
  const multiLabel = schema ? schema.multiLabel : [...positives.values()].some((labels) => labels.size > 1);
  const marks = multiLabel ? [...all] : singlePositives(all, unmatched);
  const known = new Set(schema?.classes.map(({ name }) => name));
  const newClasses = [...new Set(marks.map(({ label }) => label.trim()))].filter((label) => !known.has(label));
  return { schemaId: schema?.id ?? null, name: schemaName ?? named, multiLabel, marks, newClasses };
}

/** Where a schema takes one label, the first of a clip stands and later ones are reported. */
function singlePositives(marks: readonly Matched[], unmatched: Unmatched[]): Matched[] {
  const first = new Map<number, Matched>();
  return marks.filter((mark) => {
    if (mark.value !== 'positive') return true;
    const before = first.get(mark.clipId);
    if (before && before.label !== mark.label) {
      unmatched.push({ line: mark.line, reason: `its clip is ${before.label} on line ${before.line} already, and this schema takes one label` });
      return false;
    }
    first.set(mark.clipId, mark);
    return true;
  });
}

function write(workspace: Workspace, { schemaId, name, multiLabel, marks, newClasses }: Plan): void {
  if (marks.length === 0) return;
  const schema = schemaId === null ? workspace.schemas.create({ name, multiLabel }) : workspace.schemas.get(schemaId);
  if (newClasses.length) workspace.schemas.addClasses(schema.id, newClasses.map((label) => ({ name: label })));
  const classIds = new Map(workspace.annotations.classes(schema.id).map((one) => [one.name, one.classId]));
  // In a single-label schema a positive takes the place of what its clip had, not of what the same file says beside it.
  const ordered = [...marks.filter(({ value }) => value === 'positive'), ...marks.filter(({ value }) => value !== 'positive')];
  const annotations = ordered.map((mark): NewAnnotation => ({ clipId: mark.clipId, classId: classIds.get(mark.label.trim()) as number, value: mark.value, presence: mark.presence }));
  workspace.annotations.setMany(schema.id, annotations, 'import', `Import labels of ${schema.name}`);
}
