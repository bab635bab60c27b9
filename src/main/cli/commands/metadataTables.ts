// cavmae metadata import, export, read, pattern: metadata of many recordings at once.
import { InvalidArgumentError, Option, type Command } from 'commander';
import path from 'node:path';
import type { MetadataImportReport } from '../../../shared/contract/metadata.ts';
import { session, type Terminal } from '../command.ts';
import { runJob } from '../runJob.ts';

interface ImportOptions {
  key?: string;
  columns?: string[];
  zone?: string;
  dates?: 'day-first' | 'month-first';
  replace?: true;
  dryRun?: true;
}

const shown = 20;
const more = (count: number, listed: number): string[] => (count > listed ? [`  and ${count - listed} more`] : []);

export function importText(report: MetadataImportReport, dryRun: boolean): string {
  const { columns, unmatched, duplicates, problems } = report;
  const made = report.newColumns.map(({ column, type }) => `${column} (${type})`);
  return [
    `${report.matched} recordings matched on ${report.key}, ${report.changed} values ${dryRun ? 'would change' : 'changed'} in ${columns.length} columns`,
    ...(made.length > 0 ? [`new columns: ${made.join(', ')}`] : []),
    ...(report.kept > 0 ? [`${report.kept} values that were set by hand stay; --replace replaces them`] : []),
    ...report.notes,
    ...(unmatched.length > 0 ? [`${report.unmatchedCount} rows match no recording:`] : []),
    ...unmatched.slice(0, shown).map(({ line, key, reason }) => `  line ${line}, ${key}: ${reason}`),
    ...more(report.unmatchedCount, Math.min(shown, unmatched.length)),
    ...(duplicates.length > 0 ? [`${report.duplicateCount} recordings have rows that differ, and are left out:`] : []),
    ...duplicates.slice(0, shown).map((one) => `  ${one.path}: lines ${one.lines.join(', ')}`),
    ...(problems.length > 0 ? [`${report.problemCount} cells are no value and are left out:`] : []),
    ...problems.slice(0, shown).map(({ line, column, reason }) => `  line ${line}, ${column}: ${reason}`),
    ...more(report.problemCount, Math.min(shown, problems.length)),
  ].join('\n');
}

function addImport(metadata: Command, terminal: Terminal): void {
  session<ImportOptions, [string]>(
    metadata
      .command('import')
      .description('join a table (CSV) to recordings')
      .argument('<file>')
      .option(
        '--key <column>',
        'the column that names recordings (path, name or stem), or that is a column of metadata',
      )
      .option('--columns <names...>', 'only these columns of the table')
      .option('--zone <zone>', 'time zone of times that name none, such as Europe/Berlin or +02:00')
      .addOption(new Option('--dates <order>', 'how 05/10/2023 is read').choices(['day-first', 'month-first']))
      .option('--replace', 'replace values that were set by hand, too')
      .option('--dry-run', 'write nothing: only say what would change'),
    terminal,
    {
      writes: true,
      async run({ client }, options, file) {
        const { key, columns, zone, dates, replace = false, dryRun = false } = options;
        const report = await client.metadata.import({
          path: path.resolve(file),
          replace,
          dryRun,
          ...(key === undefined ? {} : { key }),
          ...(zone === undefined ? {} : { zone }),
          ...(dates === undefined ? {} : { dayFirst: dates === 'day-first' }),
          ...(columns === undefined
            ? {}
            : { columns: Object.fromEntries(columns.map((name) => [name, { column: name }])) }),
        });
        const failed = report.unmatchedCount + report.duplicateCount + report.problemCount > 0;
        return { document: report, exitCode: failed ? 1 : 0, text: importText(report, dryRun) };
      },
    },
  );
}

function addExport(metadata: Command, terminal: Terminal): void {
  session<{ format: 'csv' | 'json' }, [string]>(
    metadata
      .command('export')
      .description('write the metadata of all recordings as a table that import reads back')
      .argument('<file>')
      .addOption(new Option('--format <format>').choices(['csv', 'json']).default('csv')),
    terminal,
    {
      writes: false,
      async run({ client }, { format }, file) {
        const result = await client.metadata.export({ path: path.resolve(file), format });
        return { document: result, text: `${result.recordings} recordings in ${result.files.join(', ')}` };
      },
    },
  );
}

function addPattern(metadata: Command, terminal: Terminal): void {
  session<{ zone?: string; dryRun?: true; keep?: true }, [string]>(
    metadata
      .command('pattern')
      .description('take values from file names, as in {site}_{date}_{time}')
      .argument('<pattern>', 'columns, {date} {time} {YYYY} {MM} {DD} {hh} {mm} {ss} {zone} and {*} for anything')
      .option('--zone <zone>', 'time zone of times that name none')
      .option('--keep', 'read the names of files that are imported later by it, too')
      .option('--dry-run', 'write nothing: only say what would be read'),
    terminal,
    {
      writes: true,
      async run({ client }, { zone, dryRun, keep }, pattern) {
        if (pattern.trim() === '') throw new InvalidArgumentError('the pattern is empty');
        const wish = { pattern, ...(zone === undefined ? {} : { zone }) };
        const { rows, ...preview } = await client.metadata.previewPattern({ ...wish, limit: 20 });
        const changed = dryRun ? 0 : (await client.metadata.applyPattern(wish)).changed;
        if (keep && !dryRun) {
          const { zone: known } = await client.metadata.rules({});
          await client.metadata.setRules({ zone: zone ?? known, pattern });
        }
        return {
          document: { ...preview, unmatched: preview.total - preview.matched, rows, changed },
          text: [
            `${preview.matched} of ${preview.total} names match; ${changed} values changed in ${preview.columns.join(', ')}`,
            ...rows.map(
              (row) =>
                `  ${row.path}: ${
                  row.problem ??
                  (row.values
                    ? Object.entries(row.values)
                        .map(([key, text]) => `${key} ${text}`)
                        .join(', ')
                    : 'does not match')
                }`,
            ),
          ].join('\n'),
        };
      },
    },
  );
}

function addRead(metadata: Command, terminal: Terminal): void {
  session<{ all?: true; zone?: string }, []>(
    metadata
      .command('read')
      .description('ask files, and the files beside them, for dates, places and devices')
      .option('--all', 'also those that were asked before')
      .option('--zone <zone>', 'from now on the time zone of times that name none'),
    terminal,
    {
      writes: true,
      async run(opened, { all = false, zone }) {
        const { client } = opened;
        if (zone !== undefined)
          await client.metadata.setRules({ pattern: (await client.metadata.rules({})).pattern, zone });
        const { jobId } = await client.metadata.read({ all });
        const { result, failed } = await runJob<{ read: number }>(opened, terminal, jobId);
        const found = await client.metadata.problems({});
        return {
          document: { ...result, failed, ...found },
          failed,
          text: [
            `${result.read} recordings read`,
            ...found.problems.slice(0, shown).map(({ path: file, reason }) => `  ${file}: ${reason}`),
          ].join('\n'),
        };
      },
    },
  );
}

export function addMetadataTableCommands(metadata: Command, terminal: Terminal): void {
  addImport(metadata, terminal);
  addExport(metadata, terminal);
  addPattern(metadata, terminal);
  addRead(metadata, terminal);
}
