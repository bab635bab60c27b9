// cavmae metadata: date, site and any other column of recordings.
import { Option, type Command } from 'commander';
import { metadataType, type MetadataRow, type MetadataType } from '../../../shared/contract/metadata.ts';
import { session, type Terminal } from '../command.ts';
import { integer } from '../optionTypes.ts';
import { recordingOf } from '../recordingOf.ts';
import type { Client } from '../session.ts';
import { table } from '../table.ts';
import { addMetadataTableCommands } from './metadataTables.ts';

interface SetOptions {
  type?: MetadataType;
  zone?: string;
}

function addSet(metadata: Command, terminal: Terminal): void {
  session<SetOptions, [string, string, string]>(
    metadata
      .command('set')
      .description('set a value of a recording; an empty value takes it away')
      .argument('<path>', 'path or name of the recording')
      .argument('<key>', 'the column, such as recorded_at, site, latitude; a new one is made')
      .argument('<value>')
      .addOption(new Option('--type <type>', 'of a new column').choices(metadataType.options))
      .option('--zone <zone>', 'time zone of a time that names none, such as Europe/Berlin or +02:00'),
    terminal,
    {
      writes: true,
      async run(opened, { type, zone }, file, key, value) {
        const mediaId = await recordingOf(opened, file);
        const { changed, columns } = await opened.client.metadata.set({
          mediaIds: [mediaId],
          values: { [key]: value },
          addColumns: true,
          ...(type === undefined ? {} : { type }),
          ...(zone === undefined ? {} : { zone }),
        });
        const column = columns[0]!;
        const [row] = (await opened.client.metadata.rows({ mediaIds: [mediaId] })).rows;
        const stored = row?.values[column]?.text ?? null;
        return {
          document: { columns: [column], matched: 1, unmatched: [], path: row?.path, value: stored, changed },
          text: stored === null ? `${column} is not set` : `${column}: ${stored}`,
        };
      },
    },
  );
}

const pageRows = 10_000;
async function everyRow(client: Client, limit: number): Promise<MetadataRow[]> {
  const found: MetadataRow[] = [];
  while (found.length < limit) {
    const { rows } = await client.metadata.rows({
      offset: found.length,
      limit: Math.min(pageRows, limit - found.length),
    });
    found.push(...rows);
    if (rows.length < pageRows) break;
  }
  return found;
}

function addList(metadata: Command, terminal: Terminal): void {
  session<{ limit: number }, []>(
    metadata
      .command('list')
      .description('list recordings with their values, and where these came from')
      .option('--limit <n>', 'at most so many', integer(1), 1_000_000),
    terminal,
    {
      writes: false,
      async run({ client }, { limit }) {
        const [columns, rows] = [await client.metadata.columns({}), await everyRow(client, limit)];
        const filled = columns.filter((column) => column.filled > 0);
        const has = ({ values }: MetadataRow): boolean => Object.keys(values).length > 0;
        return {
          document: {
            columns,
            matched: rows.filter(has).length,
            unmatched: rows.filter((row) => !has(row)).map(({ path }) => path),
            rows: rows.map(({ mediaId, path, durationS, values }) => ({
              mediaId,
              path,
              durationS,
              values: Object.fromEntries(
                Object.entries(values).map(([key, { text, number }]) => [
                  key,
                  number !== null && String(number) === text ? number : text,
                ]),
              ),
              sources: Object.fromEntries(Object.entries(values).map(([key, { source }]) => [key, source])),
            })),
          },
          text:
            rows.length === 0
              ? 'No recordings.'
              : table(
                  ['path', ...filled.map(({ key }) => key)],
                  rows.map(({ path, values }) => [path, ...filled.map(({ key }) => values[key]?.text ?? '')]),
                ),
        };
      },
    },
  );
}

export function addMetadataCommands(program: Command, terminal: Terminal): void {
  const metadata = program.command('metadata').description('date, place and any other column of recordings');
  addSet(metadata, terminal);
  addList(metadata, terminal);
  addMetadataTableCommands(metadata, terminal);
}
