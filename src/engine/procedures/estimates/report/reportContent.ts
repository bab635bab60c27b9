// What a report of an estimate holds: the estimate by everything that is known, tables with every number, and figures.
import type {
  AskedPresence,
  AuditState,
  BudgetRow,
  Estimate,
  EstimateRow,
} from '../../../../shared/contract/estimate.ts';
import { groupPlot } from '../../../../shared/plots/groupPlot.ts';
import { intervalPlot } from '../../../../shared/plots/intervalPlot.ts';
import { paperColours, shareText } from '../../../../shared/plots/plotFrame.ts';
import { scorePlot } from '../../../../shared/plots/scorePlot.ts';
import { mappedSites, siteMap } from '../../../../shared/plots/siteMap.ts';
import type { Workspace } from '../../../collection/workspace.ts';
import { auditState } from '../auditState.ts';
import { budget } from '../budget.ts';
import { estimateClass, type EstimateQuestion } from '../estimateClass.ts';

export type Cell = string | number | null;
/** Numbers are written as they are, shares between 0 and 1. */
export interface ReportTable {
  name: string;
  title: string;
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}
export interface ReportFigure {
  name: string;
  svg: string;
}
export interface ReportContent {
  overall: Estimate;
  state: AuditState | null;
  figures: ReportFigure[];
  tables: ReportTable[];
}

const width = 720;
const common = { width, colours: paperColours };
const askedText: Record<AskedPresence, string> = {
  any: 'heard or seen',
  heard: 'heard',
  seen: 'seen',
  both: 'heard and seen',
};

const rowCells = (row: EstimateRow): Cell[] => [
  row.clips,
  row.estimate,
  row.low,
  row.high,
  row.audited,
  row.positive,
  row.unsure,
  row.hours,
  row.perHour?.estimate ?? null,
  row.perHour?.low ?? null,
  row.perHour?.high ?? null,
];
const rowColumns = [
  'clips',
  'estimate',
  'low',
  'high',
  'audited',
  'positive',
  'unsure',
  'hours',
  'per_hour',
  'per_hour_low',
  'per_hour_high',
];

const estimateTable = (name: string, title: string, by: string, rows: readonly EstimateRow[]): ReportTable => ({
  name,
  title,
  columns: [by, ...rowColumns],
  rows: rows.map((row) => [row.group, ...rowCells(row)]),
});

function auditTables(workspace: Workspace, state: AuditState): ReportTable[] {
  const units = workspace.audits.units(state.design.id).filter(({ answer }) => answer !== null);
  const clips = new Map(workspace.clips.many(units.map(({ clipId }) => clipId)).map((clip) => [clip.id, clip]));
  return [
    {
      name: 'strata',
      title: 'Strata of the sample',
      columns: [
        'score_above',
        'score_up_to',
        'group',
        'clips',
        'audited',
        'positive',
        'unsure',
        'precision',
        'low',
        'high',
      ],
      rows: state.strata.map((one) => [
        one.low,
        one.high,
        one.group,
        one.clips,
        one.audited,
        one.positive,
        one.unsure,
        one.precision?.estimate ?? null,
        one.precision?.low ?? null,
        one.precision?.high ?? null,
      ]),
    },
    {
      name: 'answers',
      title: 'Answers',
      columns: ['clip', 'path', 'start_s', 'end_s', 'stratum', 'place_in_draw', 'score', 'answer', 'presence'],
      rows: units.map(({ clipId, stratum, place, score, answer, presence }) => {
        const clip = clips.get(clipId)!;
        return [clipId, clip.absolutePath, clip.startS, clip.endS, stratum + 1, place + 1, score, answer, presence];
      }),
    },
  ];
}

const budgetTable = (rows: readonly BudgetRow[]): ReportTable => ({
  name: 'time-budget',
  title: 'Time budget of marked events',
  columns: [
    'group',
    'recordings',
    'hours',
    'events',
    'per_hour',
    'per_hour_low',
    'per_hour_high',
    'total_s',
    'share',
    'share_low',
    'share_high',
    'mean_s',
    'median_s',
    'latency_s',
    'recordings_with_it',
  ],
  rows: rows.map((row) => [
    row.group,
    row.recordings,
    row.hours,
    row.events,
    row.perHour,
    row.perHourLow,
    row.perHourHigh,
    row.totalS,
    row.share,
    row.shareLow,
    row.shareHigh,
    row.meanS,
    row.medianS,
    row.latencyS,
    row.occurs,
  ]),
});

const points = (rows: readonly EstimateRow[], none: string) => rows.map((row) => ({ ...row, name: row.group ?? none }));

/** Estimates by each column that has values, with a figure each. */
function groupParts(
  workspace: Workspace,
  question: EstimateQuestion,
  name: string,
): Pick<ReportContent, 'figures' | 'tables'> {
  const titles: Record<string, string> = { hour: 'Activity over the day', site: 'By site', day: 'By day' };
  const by = [...new Set(['hour', 'day', 'site', ...(question.by === undefined ? [] : [question.by])])];
  const found = by.flatMap((column) => {
    const { rows } = estimateClass(workspace, { ...question, by: column });
    return rows.some(({ group }) => group !== null) ? [{ column, rows }] : [];
  });
  const mapped = mappedSites(found.find(({ column }) => column === 'site')?.rows ?? []);
  return {
    tables: found.map(({ column, rows }) =>
      estimateTable(`by-${column}`, titles[column] ?? `By ${column}`, column, rows),
    ),
    figures: [
      ...found.map(({ column, rows }) => ({
        name: `by-${column}`,
        svg: groupPlot({
          ...common,
          title: `${name}: ${(titles[column] ?? `by ${column}`).toLowerCase()}`,
          axis: 'share of clips',
          points: points(rows, 'none'),
          valueText: shareText,
        }),
      })),
      ...(mapped.length > 0
        ? [{ name: 'sites', svg: siteMap({ ...common, title: `${name}: share of clips by site`, sites: mapped }) }]
        : []),
    ],
  };
}

/** @throws NOT_FOUND for an unknown class, audit or column */
export function reportContent(workspace: Workspace, question: EstimateQuestion): ReportContent {
  const { by: _by, ...plain } = question;
  const overall = estimateClass(workspace, plain);
  const { design } = overall;
  const state = design ? auditState(workspace, { ...plain, designId: design.id, next: 0 }) : null;
  const groups = groupParts(workspace, question, overall.class.name);
  const budgets = budget(workspace, question).rows.filter(({ events }) => events > 0);
  return {
    overall,
    state,
    figures: [
      ...(state
        ? [
            {
              name: 'scores',
              svg: scorePlot({ ...common, title: 'Clips by score', bins: state.histogram, strata: state.strata }),
            },
          ]
        : []),
      ...(state && state.widths.length > 1
        ? [
            {
              name: 'interval',
              svg: intervalPlot({ ...common, title: 'How the interval narrowed', points: state.widths }),
            },
          ]
        : []),
      ...groups.figures,
    ],
    tables: [
      estimateTable('overall', `${overall.class.name}, ${askedText[question.asked]}`, 'group', [
        { ...overall.overall, group: 'all' },
      ]),
      ...groups.tables,
      ...(state ? auditTables(workspace, state) : []),
      ...(budgets.length > 0 ? [budgetTable(budgets)] : []),
    ],
  };
}
