// cavmae events: marked, listed, removed, and carried in and out.
import { Option, type Command } from 'commander';
import path from 'node:path';
import type { LabelSchema } from '../../../shared/contract/annotation.ts';
import { eventFormat, type EventFilter, type EventFormat, type TimedEvent } from '../../../shared/contract/event.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { session, type Terminal } from '../command.ts';
import { eventFilterOf } from '../eventExpression.ts';
import { recordingOf } from '../recordingOf.ts';
import { schemaOf } from '../resolve.ts';
import type { Client, Session } from '../session.ts';
import { addEventJobCommands } from './eventJobs.ts';
import { table } from '../table.ts';

interface SetOptions {
  from: number;
  to?: number;
  class: string;
  modality: 'heard' | 'seen' | 'both';
  value: 'positive' | 'negative' | 'uncertain';
  low?: number;
  high?: number;
  schema?: string;
  annotator?: string;
}

/** @throws BAD_INPUT naming the option */
const numberOption =
  (name: string) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value))
      throw new EngineError('BAD_INPUT', `--${name} must be a number, not “${text}”`, { field: name });
    return value;
  };

/** The schema to mark in: the one named, the only one there is, or a new one called "events". */
async function schemaToMarkIn(client: Client, name: string | undefined): Promise<LabelSchema> {
  const schemas = await client.schemas.list({});
  const there =
    name === undefined ? schemas.length > 0 : schemas.some((one) => one.name === name || String(one.id) === name);
  return there ? schemaOf(client, name) : client.schemas.create({ name: name ?? 'events', multiLabel: true });
}

async function setEvent(opened: Session, file: string, options: SetOptions) {
  const { client } = opened;
  const mediaId = await recordingOf(opened, file);
  const schema = await schemaToMarkIn(client, options.schema);
  const known =
    schema.classes.find(({ name }) => name === options.class) ??
    (await client.schemas.addClass({ schemaId: schema.id, name: options.class }));
  const { ids } = await client.events.set({
    events: [
      {
        mediaId,
        classId: known.id,
        onsetS: options.from,
        offsetS: options.to === undefined || options.to === options.from ? null : options.to,
        modality: options.modality,
        value: options.value,
        lowHz: options.low ?? null,
        highHz: options.high ?? null,
        annotator: options.annotator ?? null,
      },
    ],
  });
  return { id: ids[0]!, schema: schema.name, class: known.name };
}

const pageRows = 10_000;
async function everyEvent(client: Client, filter: EventFilter, limit: number): Promise<TimedEvent[]> {
  const events: TimedEvent[] = [];
  while (events.length < limit) {
    const { rows } = await client.events.list({
      filter,
      offset: events.length,
      limit: Math.min(pageRows, limit - events.length),
    });
    events.push(...rows);
    if (rows.length === 0) break;
  }
  return events;
}

const listed = (events: readonly TimedEvent[]): string =>
  table(
    ['id', 'onset', 'offset', 'class', 'modality', 'value', 'source', 'path'],
    events.map((event) => [
      event.id,
      event.onsetS.toFixed(3),
      event.offsetS === null ? '' : event.offsetS.toFixed(3),
      event.class,
      event.modality,
      event.value,
      event.source,
      event.path,
    ]),
  );

const formatOption = (): Option =>
  new Option('--format <format>', 'how the file is written').choices(eventFormat.options);

function addMarking(events: Command, terminal: Terminal): void {
  session<SetOptions, [string]>(
    events
      .command('set')
      .description('mark an event in a recording')
      .argument('<file>', 'path or name of the recording')
      .addOption(new Option('--from <s>', 'onset in seconds').argParser(numberOption('from')).makeOptionMandatory())
      .addOption(new Option('--to <s>', 'offset in seconds; without it a point event').argParser(numberOption('to')))
      .requiredOption('--class <name>', 'its class; made when missing')
      .addOption(new Option('--modality <modality>').choices(['heard', 'seen', 'both']).default('heard'))
      .addOption(
        new Option('--value <value>', 'whether it occurs')
          .choices(['positive', 'negative', 'uncertain'])
          .default('positive'),
      )
      .addOption(new Option('--low <hz>', 'lowest frequency').argParser(numberOption('low')))
      .addOption(new Option('--high <hz>', 'highest frequency').argParser(numberOption('high')))
      .option('--schema <name>', 'in this schema; made when missing')
      .option('--annotator <name>', 'who says so'),
    terminal,
    {
      writes: true,
      async run(opened, options, file) {
        const result = await setEvent(opened, file, options);
        return { document: result, text: `event ${result.id}: ${result.class} in ${result.schema}` };
      },
    },
  );
  session<object, [string[]]>(events.command('remove').description('remove events').argument('<id...>'), terminal, {
    writes: true,
    async run({ client }, _, ids) {
      const wanted = ids.map(Number);
      const wrong = ids.find((_id, k) => !Number.isInteger(wanted[k]) || wanted[k]! < 1);
      if (wrong !== undefined) throw new EngineError('BAD_INPUT', `“${wrong}” is not the number of an event`);
      const there = new Set((await everyEvent(client, { ids: wanted }, Infinity)).map(({ id }) => id));
      const missing = wanted.filter((id) => !there.has(id));
      if (missing.length > 0)
        throw new EngineError('NOT_FOUND', `there is no event ${missing.join(', ')}; nothing was removed`);
      const { changed } = await client.events.remove({ filter: { ids: wanted } });
      return { document: { removed: changed }, text: `${changed} removed` };
    },
  });
}

function addListing(events: Command, terminal: Terminal): void {
  session<{ where?: string; limit?: number }, []>(
    events
      .command('list')
      .description('list events')
      .option('--where <expr>', 'such as “class=call and modality=seen and confidence>=.8”')
      .addOption(new Option('--limit <n>', 'at most').argParser(numberOption('limit'))),
    terminal,
    {
      writes: false,
      async run({ client }, { where, limit }) {
        const rows = await everyEvent(client, await eventFilterOf(client, where), limit ?? Infinity);
        return { document: rows, text: listed(rows) };
      },
    },
  );
}

interface ImportOptions {
  format?: EventFormat;
  schema?: string;
  complete?: true;
  dryRun?: true;
  modality: 'heard' | 'seen' | 'both';
}

/** The format asked for, else the one that the file seems to have. @throws BAD_INPUT */
async function formatOf(client: Client, file: string, asked: EventFormat | undefined): Promise<EventFormat> {
  const format = asked ?? (await client.events.inspect({ path: file })).format;
  if (!format)
    throw new EngineError('BAD_INPUT', `${file} has no format that is known`, {
      path: file,
      hint: 'Name it with --format.',
    });
  return format;
}

function addImport(events: Command, terminal: Terminal): void {
  session<ImportOptions, [string]>(
    events
      .command('import')
      .description('read events of another tool')
      .argument('<file>')
      .addOption(formatOption())
      .option('--schema <name>', 'into this schema; made when missing')
      .option('--complete', 'the recordings named are marked completely: unmarked time is negative')
      .addOption(
        new Option('--modality <modality>', 'where the file does not say')
          .choices(['heard', 'seen', 'both'])
          .default('heard'),
      )
      .option('--dry-run', 'write nothing: only say what would match'),
    terminal,
    {
      writes: true,
      async run({ client }, options, name) {
        const file = path.resolve(name);
        const report = await client.events.import({
          path: file,
          format: await formatOf(client, file, options.format),
          modality: options.modality,
          complete: options.complete ?? false,
          dryRun: options.dryRun ?? false,
          ...(options.schema === undefined ? {} : { schema: options.schema }),
        });
        const notes = [
          ...report.unmatched.map((one) => `  ${one.path}: ${one.events} events, ${one.reason}`),
          ...report.problems.map((one) => `  line ${one.line}: ${one.reason}`),
        ];
        return {
          document: report,
          exitCode: report.unmatched.length > 0 || report.problemCount > 0 ? 1 : 0,
          text: [
            `${report.events} events in ${report.recordings} recordings, into ${report.schema}${report.known > 0 ? `; ${report.known} were there already` : ''}`,
            ...notes.slice(0, 40),
          ].join('\n'),
        };
      },
    },
  );
}

function addExport(events: Command, terminal: Terminal): void {
  session<{ format?: EventFormat; where?: string }, [string]>(
    events
      .command('export')
      .description('write events for another tool')
      .argument('<file>', 'a folder for formats that hold one recording')
      .addOption(formatOption())
      .option('--where <expr>', 'only these, as for list'),
    terminal,
    {
      writes: false,
      async run({ client }, { format = 'csv', where }, file) {
        const filter = await eventFilterOf(client, where);
        const result = await client.events.export({ path: path.resolve(file), format, filter });
        const lost = result.lost.length > 0 ? `\nnot kept by this format: ${result.lost.join('; ')}` : '';
        return { document: result, text: `${result.events} events in ${result.files.join(', ')}${lost}` };
      },
    },
  );
}

export function addEventsCommands(program: Command, terminal: Terminal): void {
  const events = program.command('events').description('events in time: intervals and points in recordings');
  addMarking(events, terminal);
  addListing(events, terminal);
  addImport(events, terminal);
  addExport(events, terminal);
  addEventJobCommands(events, terminal);
}
