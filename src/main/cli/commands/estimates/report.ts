// `cavmae report`: an estimate with figures, tables and method, as one page and as files.
import { Option, type Command } from 'commander';
import { askedPresence, type AskedPresence } from '../../../../shared/contract/estimate.ts';
import { classOf } from '../../classOf.ts';
import { session, type Terminal } from '../../command.ts';
import { integer, number } from '../../optionTypes.ts';

interface ReportOptions {
  class: string;
  schema?: string;
  by?: string;
  confidence: number;
  modality: AskedPresence;
  audit?: number;
  out?: string;
}

export function addReportCommand(program: Command, terminal: Terminal): void {
  session<ReportOptions, []>(
    program
      .command('report')
      .description('how often a class occurs, as one HTML page with method and date, PNG, SVG and CSV')
      .requiredOption('--class <name>', 'the class')
      .option('--schema <name>', 'where several schemas have a class of the name')
      .option('--by <column>', 'one more column to group by, besides hour, day and site')
      .option('--confidence <level>', 'of the intervals', number(0.5, 0.999), 0.95)
      .option('--audit <id>', 'the audit to use instead of the newest with answers', integer(1))
      .option('--out <folder>', 'without it a new folder in the exports of the workspace')
      .addOption(
        new Option('--modality <which>', 'count what is heard, seen, or both at once')
          .choices(askedPresence.options)
          .default('any'),
      ),
    terminal,
    {
      writes: true,
      async run({ client }, { class: name, schema, by, confidence, modality, audit, out }) {
        const { folder, files } = await client.estimates.report({
          classId: (await classOf(client, name, schema)).id,
          confidence,
          asked: modality,
          ...(by === undefined ? {} : { by }),
          ...(audit === undefined ? {} : { designId: audit }),
          ...(out === undefined ? {} : { path: out }),
        });
        return { document: { folder, files }, text: `Wrote ${files.length} files to ${folder}` };
      },
    },
  );
}
