// Labels in: read, match, report; then write as one step that undo takes back whole.
import path from 'node:path';
import type { LabelImportReport as ImportReport } from '../../../shared/contract/annotation.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { NewAnnotation } from '../annotationStore.ts';
import type { Workspace } from '../workspace.ts';
import { ClipMatcher } from './clipMatcher.ts';
import { planImport, type ImportLabels, type ImportPlan, type Matched } from './importPlan.ts';
import { classCounts, replacedBy, withClipNames, type SampleMatch } from './importReport.ts';
import { labelFormats } from './labelFormats.ts';
import type { Unmatched } from './labelRecord.ts';
import { labelMedia } from './labelMedia.ts';

/** Matches shown in the report: enough to see whether the right column was taken. */
const sampled = 50;
/** Lines that are matched before other work gets its turn. */
const breatheEvery = 2000;

/** Lines that matched nothing and are told one by one; the answer travels to the window. */
const mostUnmatched = 100_000;

function withinBounds(unmatched: Unmatched[]): Unmatched[] {
  const more = unmatched.length - mostUnmatched;
  const first = unmatched[mostUnmatched];
  return first
    ? [...unmatched.slice(0, mostUnmatched), { line: first.line, reason: `and ${more} more lines` }]
    : unmatched;
}

/**
 * Imports a label file; with `dryRun` only says what would happen. Throws BAD_INPUT for a file that cannot be read at
 * all.
 */
export async function importLabels(workspace: Workspace, input: ImportLabels): Promise<ImportReport> {
  const format = labelFormats[input.format];
  if (!format.read)
    throw new EngineError('BAD_INPUT', `labels can be written as ${input.format}, not read from it`, {
      field: 'format',
      hint: 'Export them as CSV or JSON lines to carry them over.',
    });
  const { records, bad, naming } = await format.read(input.path, { columns: input.columns ?? {} });
  const unmatched = [...bad];
  const matcher = new ClipMatcher(labelMedia(workspace));
  const folder = path.dirname(path.resolve(input.path));
  const bySchema = new Map<string | null, Matched[]>();
  const sample: SampleMatch[] = [];
  for (const [index, record] of records.entries()) {
    if (index % breatheEvery === breatheEvery - 1) await new Promise((resolve) => setImmediate(resolve));
    const found = matcher.match(record, naming, folder);
    if (typeof found === 'string') {
      unmatched.push({ line: record.line, reason: found });
      continue;
    }
    const schema = input.schemaId === undefined ? record.schema : null;
    const marks = bySchema.get(schema) ?? [];
    bySchema.set(schema, marks);
    if (sample.length < sampled)
      sample.push({ line: record.line, path: record.path, label: record.label, clipIds: found.slice(0, 3) });
    for (const clipId of found)
      marks.push({ clipId, line: record.line, label: record.label, value: record.value, presence: record.presence });
  }
  const plans = [...bySchema].map(([name, marks]) => planImport(workspace, input, name, marks, unmatched));
  const report: ImportReport = {
    annotations: plans.reduce((sum, { marks }) => sum + marks.length, 0),
    matchedClips: new Set(plans.flatMap(({ marks }) => marks.map(({ clipId }) => clipId))).size,
    replaced: plans.reduce((sum, one) => sum + replacedBy(workspace, one), 0),
    newClasses: plans.flatMap(({ newClasses }) => newClasses),
    classes: plans.flatMap(classCounts),
    sample: withClipNames(workspace, sample),
    unmatched: withinBounds(unmatched.toSorted((a, b) => a.line - b.line)),
    written: false,
  };
  if (input.dryRun || report.annotations === 0) return report;
  const changed = workspace.oneStep(`Import ${report.annotations} labels from ${path.basename(input.path)}`, () =>
    plans.map((one) => write(workspace, one)),
  );
  return { ...report, written: changed.includes(true) };
}

/** Returns whether anything is other than it was: a file read twice says nothing new. */
function write(workspace: Workspace, { schemaId, name, multiLabel, marks, newClasses }: ImportPlan): boolean {
  if (marks.length === 0) return false;
  const schema = schemaId === null ? workspace.schemas.create({ name, multiLabel }) : workspace.schemas.get(schemaId);
  if (newClasses.length)
    workspace.schemas.addClasses(
      schema.id,
      // By name: the order in which a file happens to mention them means nothing.
      newClasses.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).map((label) => ({ name: label })),
    );
  const classIds = new Map(workspace.annotations.classes(schema.id).map((one) => [one.name, one.classId]));
  // In a single-label schema a positive takes the place of what its clip had, not of what the same file says beside it.
  const ordered = [
    ...marks.filter(({ value }) => value === 'positive'),
    ...marks.filter(({ value }) => value !== 'positive'),
  ];
  const annotations = ordered.map((mark): NewAnnotation => ({
    clipId: mark.clipId,
    classId: classIds.get(mark.label.trim()) as number,
    value: mark.value,
    presence: mark.presence,
  }));
  const { changed } = workspace.annotations.setMany(
    schema.id,
    annotations,
    'import',
    `Import labels of ${schema.name}`,
  );
  return changed > 0 || newClasses.length > 0 || schemaId === null;
}
