// `cavmae estimate`: how often a class occurs, with its interval.
import { Option, type Command } from 'commander';
import {
  askedPresence,
  type AskedPresence,
  type Estimate,
  type EstimateRow,
} from '../../../../shared/contract/estimate.ts';
import { classOf } from '../../classOf.ts';
import { session, type Terminal } from '../../command.ts';
import { integer, number } from '../../optionTypes.ts';
import { table } from '../../table.ts';
import { percentText } from '../../../../shared/percentText.ts';

const percent = (value: number | null): string => (value === null ? 'not known' : percentText(value, 2));
const rate = (value: number): string => value.toFixed(value < 10 ? 2 : 1);

const rowText = (row: EstimateRow, name: string): string[] => [
  name,
  String(row.clips),
  percent(row.estimate),
  row.estimate === null ? 'no audits' : `${percent(row.low)} to ${percent(row.high)}`,
  row.perHour?.estimate == null
    ? ''
    : `${rate(row.perHour.estimate)} (${rate(row.perHour.low)} to ${rate(row.perHour.high)})`,
  String(row.audited),
];

export function estimateText(found: Estimate): string {
  const rows = found.by === null ? [] : found.rows.map((row) => rowText(row, row.group ?? 'no value'));
  const level = `${(found.confidence * 100).toFixed(1).replace('.0', '')} % interval`;
  return [
    table(
      [
        found.by ?? 'group',
        'clips',
        'estimate',
        found.basis === 'labels' ? 'bounds' : level,
        'clips an hour',
        'audited',
      ],
      [rowText(found.overall, 'all'), ...rows],
    ),
    ...found.notes,
  ].join('\n');
}

interface EstimateOptions {
  class: string;
  schema?: string;
  by?: string;
  confidence: number;
  modality: AskedPresence;
  audit?: number;
}

const modalityOption = () =>
  new Option('--modality <which>', 'count what is heard, seen, or both at once')
    .choices(askedPresence.options)
    .default('any');

export function addEstimateCommand(program: Command, terminal: Terminal): void {
  session<EstimateOptions, []>(
    program
      .command('estimate')
      .description('how often a class occurs, with its interval, from audited samples')
      .requiredOption('--class <name>', 'the class')
      .option('--schema <name>', 'where several schemas have a class of the name')
      .option('--by <column>', 'hour, day, month, weekday, site, recording, folder or a column of metadata')
      .option('--confidence <level>', 'of the interval', number(0.5, 0.999), 0.95)
      .option('--audit <id>', 'the audit to use instead of the newest with answers', integer(1))
      .addOption(modalityOption()),
    terminal,
    {
      writes: false,
      async run({ client }, { class: name, schema, by, confidence, modality, audit, json }) {
        const { id } = await classOf(client, name, schema);
        const found = await client.estimates.estimate({
          classId: id,
          confidence,
          asked: modality,
          ...(by === undefined ? {} : { by }),
          ...(audit === undefined ? {} : { designId: audit }),
        });
        const { basis, design, notes } = found;
        const rows = by === undefined ? [{ ...found.overall, group: 'all' }] : found.rows;
        if (json && notes.length > 0) terminal.err(`${notes.join('\n')}\n`);
        return {
          document: rows.map((row) => ({
            ...row,
            class: found.class.name,
            basis,
            confidence,
            audit: design?.id ?? null,
          })),
          text: estimateText(found),
        };
      },
    },
  );
}
