// `cavmae budget`: how often, how long and how soon events of each class occur.
import type { Command } from 'commander';
import { Option } from 'commander';
import { askedPresence, type AskedPresence } from '../../../../shared/contract/estimate.ts';
import { classOf } from '../../classOf.ts';
import { session, type Terminal } from '../../command.ts';
import { number } from '../../optionTypes.ts';
import { schemaOf } from '../../resolve.ts';
import { table } from '../../table.ts';
import { percentText } from '../../../../shared/percentText.ts';

interface BudgetOptions {
  class?: string;
  schema?: string;
  by?: string;
  confidence: number;
  modality: AskedPresence;
}

const seconds = (value: number | null): string => (value === null ? '' : `${value.toFixed(2)} s`);
const ends = (low: number | null, high: number | null, text: (value: number) => string): string =>
  low === null || high === null ? '' : ` (${text(low)} to ${text(high)})`;
const percent = (value: number): string => percentText(value, 1);

export function addBudgetCommand(program: Command, terminal: Terminal): void {
  session<BudgetOptions, []>(
    program
      .command('budget')
      .description('time budgets of events: rate, duration, share of time and latency, by class and column')
      .option('--class <name>', 'only this class')
      .option('--schema <name>', 'the schema whose events are meant')
      .option('--by <column>', 'day, month, weekday, site, recording, folder or a column of metadata')
      .option('--confidence <level>', 'of the intervals', number(0.5, 0.999), 0.95)
      .addOption(
        new Option('--modality <which>', 'events that are heard, seen, or both at once')
          .choices(askedPresence.options)
          .default('any'),
      ),
    terminal,
    {
      writes: false,
      async run({ client }, { class: name, schema, by, confidence, modality }) {
        const found = await client.estimates.budget({
          confidence,
          asked: modality,
          ...(name === undefined ? {} : { classId: (await classOf(client, name, schema)).id }),
          ...(schema === undefined || name !== undefined ? {} : { schemaId: (await schemaOf(client, schema)).id }),
          ...(by === undefined ? {} : { by }),
        });
        return {
          document: found,
          text: [
            table(
              ['class', by ?? 'group', 'recordings', 'events', 'an hour', 'share of time', 'mean', 'latency'],
              found.rows.map((row) => [
                row.class,
                row.group ?? (by === undefined ? 'all' : 'no value'),
                row.recordings,
                row.events,
                `${row.perHour.toFixed(2)}${ends(row.perHourLow, row.perHourHigh, (value) => value.toFixed(2))}`,
                `${percent(row.share)}${ends(row.shareLow, row.shareHigh, percent)}`,
                seconds(row.meanS),
                seconds(row.latencyS),
              ]),
            ),
            ...found.notes,
          ].join('\n'),
        };
      },
    },
  );
}
