// How often a class occurs, overall and by group: from the answers of an audit, or from labels where nothing was audited.
import type { AskedPresence, AuditDesign, Estimate, EstimateRow } from '../../../shared/contract/estimate.ts';
import type { AuditUnit } from '../../collection/audits/auditStore.ts';
import type { Workspace } from '../../collection/workspace.ts';
import { coveredHours, type ClipWindow } from '../../estimation/coveredHours.ts';
import { drawnPrefix } from '../../estimation/drawnPrefix.ts';
import { labelBounds } from '../../estimation/labelBounds.ts';
import { occurrence, occurrenceByGroup, type OccurrenceRow, type PopulationUnit } from '../../estimation/occurrence.ts';
import { clipGroups } from './clipGroups.ts';
import { sitePlaces } from './sitePlaces.ts';
import { sourceNow } from './scoreSource.ts';

export interface EstimateQuestion {
  classId: number;
  designId?: number | undefined;
  by?: string | undefined;
  confidence: number;
  asked: AskedPresence;
}

type CountedUnit = PopulationUnit & { clipId: number };

/** The population with the answers that count, see `drawnPrefix`. */
export function countedUnits(
  units: readonly AuditUnit[],
  groups: ReadonlyMap<number, string | null> | null,
): CountedUnit[] {
  const counts = drawnPrefix(units);
  return units.map(({ clipId, stratum, answer, presence }, i) => ({
    clipId,
    stratum,
    group: groups?.get(clipId) ?? null,
    answer: counts[i] ? answer : null,
    presence: counts[i] ? presence : null,
  }));
}

function windowsById(workspace: Workspace): Map<number, ClipWindow> {
  const { clipIds, mediaIds, startS, endS } = workspace.clips.windows();
  return new Map(clipIds.map((clipId, i) => [clipId, { mediaId: mediaIds[i]!, startS: startS[i]!, endS: endS[i]! }]));
}

/** Adds the hours that clips cover, and their rate by the hour. */
function withHours(
  row: OccurrenceRow,
  clipIds: readonly number[],
  windows: ReadonlyMap<number, ClipWindow>,
): EstimateRow {
  const hours = coveredHours(clipIds.flatMap((clipId) => windows.get(clipId) ?? []));
  const rate = (value: number): number => (value * row.clips) / hours;
  return {
    ...row,
    hours,
    perHour:
      hours === 0
        ? null
        : { estimate: row.estimate === null ? null : rate(row.estimate), low: rate(row.low), high: rate(row.high) },
  };
}

function notesOf(workspace: Workspace, design: AuditDesign, units: readonly AuditUnit[]): string[] {
  const waiting =
    units.filter(({ answer }) => answer !== null).length -
    countedUnits(units, null).filter(({ answer }) => answer !== null).length;
  const outside = workspace.audits.outside(design.id);
  const source = sourceNow(workspace, design);
  return [
    ...(source === 'present'
      ? []
      : [
          `The ${design.source.kind} ${design.source.name} was ${source === 'removed' ? 'removed' : 'trained again'} after this audit was started. Its answers stay valid; a new audit may need fewer.`,
        ]),
    ...(design.scope === null && outside > 0
      ? [`${outside} clips are not part of this audit, such as those imported since it was started.`]
      : []),
    ...(design.scope === null ? [] : [`The audit covers only: ${design.scope}.`]),
    ...(waiting > 0 ? [`${waiting} answers count once the clips drawn before them are answered.`] : []),
  ];
}

function fromAudit(workspace: Workspace, design: AuditDesign, question: EstimateQuestion): Estimate {
  const { by, confidence, asked } = question;
  const units = workspace.audits.units(design.id);
  const counted = countedUnits(units, by === undefined ? null : clipGroups(workspace, by));
  const windows = windowsById(workspace);
  const strata = design.strata.length;
  const overall = occurrence(counted, strata, confidence, asked);
  const byGroup = Map.groupBy(counted, ({ group }) => group);
  const rows = by === undefined ? [] : occurrenceByGroup(counted, strata, confidence, asked);
  const idsOf = (list: readonly CountedUnit[]) => list.map(({ clipId }) => clipId);
  const empty = rows.filter(({ audited }) => audited === 0).length;
  return {
    class: { id: design.classId, name: design.class },
    basis: 'audits',
    design,
    asked,
    confidence,
    by: by ?? null,
    overall: withHours(overall, idsOf(counted), windows),
    rows: rows.map((row) => withHours(row, idsOf(byGroup.get(row.group)!), windows)),
    notes: [
      ...notesOf(workspace, design, units),
      ...(empty > 0 ? [`${empty} of ${rows.length} groups have no audits yet: nothing is known of them.`] : []),
    ],
  };
}

const presences = { any: null, heard: ['audible', 'both'], seen: ['visible', 'both'], both: ['both'] } as const;

/** What each labelled clip says of the class: a positive of another class of a single-label schema says no. */
function labelAnswers(workspace: Workspace, classId: number, asked: AskedPresence): Map<number, boolean> {
  const schemaId = workspace.schemas.ofClass(classId);
  const exclusive = !workspace.annotations.multiLabel(schemaId);
  const answers = new Map<number, boolean>();
  const wanted = presences[asked] as readonly (string | null)[] | null;
  for (const { clipId, classId: labelled, value, presence } of workspace.annotations.full(schemaId)) {
    if (labelled !== classId) {
      if (exclusive && value === 'positive') answers.set(clipId, false);
    } else if (value === 'negative') answers.set(clipId, false);
    else if (value === 'positive' && (wanted === null || presence !== null))
      answers.set(clipId, wanted === null || wanted.includes(presence));
  }
  return answers;
}

function fromLabels(workspace: Workspace, name: string, question: EstimateQuestion, notes: string[]): Estimate {
  const { classId, by, confidence, asked } = question;
  const answers = labelAnswers(workspace, classId, asked);
  const groups = by === undefined ? null : clipGroups(workspace, by);
  const windows = windowsById(workspace);
  const rowOf = (group: string | null, clipIds: readonly number[]): EstimateRow => {
    const known = clipIds.flatMap((clipId) => answers.get(clipId) ?? []);
    const positive = known.filter(Boolean).length;
    const bounds = labelBounds(clipIds.length, positive, known.length - positive);
    return withHours({ group, clips: clipIds.length, ...bounds, audited: 0, positive, unsure: 0 }, clipIds, windows);
  };
  const all = [...windows.keys()];
  const collator = new Intl.Collator('en', { numeric: true });
  const grouped = groups
    ? [...Map.groupBy(all, (clipId) => groups.get(clipId) ?? null)].toSorted(([a], [b]) =>
        a === null ? 1 : b === null ? -1 : collator.compare(a, b),
      )
    : [];
  return {
    class: { id: classId, name },
    basis: 'labels',
    design: null,
    asked,
    confidence,
    by: by ?? null,
    overall: rowOf(null, all),
    rows: grouped.map(([group, clipIds]) => rowOf(group, clipIds)),
    notes: [
      'Nothing was audited: the estimate is the share among labelled clips, which were not drawn at random. The interval holds whatever the other clips are, at any confidence.',
      ...notes,
    ],
  };
}

/** The newest audit of the class that has answers, or the one that is named; sites with their coordinates. @throws NOT_FOUND */
export function estimateClass(workspace: Workspace, question: EstimateQuestion): Estimate {
  const found = basedOn(workspace, question);
  if (question.by?.toLowerCase() !== 'site') return found;
  const places = sitePlaces(workspace);
  const withPlace = (row: EstimateRow): EstimateRow => {
    const place = row.group === null ? undefined : places.get(row.group);
    return place ? { ...row, place } : row;
  };
  return { ...found, rows: found.rows.map(withPlace) };
}

function basedOn(workspace: Workspace, question: EstimateQuestion): Estimate {
  const name = workspace.schemas.className(question.classId);
  if (question.designId !== undefined) return fromAudit(workspace, workspace.audits.get(question.designId), question);
  const designs = workspace.audits.list(question.classId);
  const answered = designs.find(({ audited }) => audited > 0);
  if (answered) return fromAudit(workspace, answered, question);
  return fromLabels(workspace, name, question, [
    designs.length > 0
      ? `Audit ${designs[0]!.id} of ${name} has no answers yet: answer the clips it drew in the Estimate panel, or with cavmae audit next and cavmae audit answer.`
      : `For an estimate with an interval that narrows, audit a sample: the Estimate panel, or cavmae audit start --class "${name}" --classifier N.`,
  ]);
}
