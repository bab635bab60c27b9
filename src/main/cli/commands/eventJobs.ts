// cavmae events learn, detectors, detect, cut: detectors of events, and events as media files.
import { Option, type Command } from 'commander';
import path from 'node:path';
import type { Detector, DetectorMetrics, DetectorMode, EventProposal } from '../../../shared/contract/event.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { writeDetections } from '../detectionFile.ts';
import { session, type Answer, type Terminal } from '../command.ts';
import { eventFilterOf } from '../eventExpression.ts';
import { integer, number } from '../optionTypes.ts';
import { recordingOf } from '../recordingOf.ts';
import { schemaOf } from '../resolve.ts';
import { runJob } from '../runJob.ts';
import type { Client } from '../session.ts';
import { table } from '../table.ts';

/** A detector by number or name; without one the newest. @throws NOT_FOUND */
async function detectorOf(client: Client, name: string | undefined): Promise<Detector> {
  const detectors = await client.events.detectors({});
  const found =
    name === undefined ? detectors[0] : detectors.find((one) => String(one.id) === name || one.name === name);
  if (found) return found;
  throw new EngineError('NOT_FOUND', name === undefined ? 'there is no detector yet' : `there is no detector ${name}`, {
    hint: 'cavmae events learn trains one.',
  });
}

const scoresText = (metrics: DetectorMetrics): string[] =>
  (['heard', 'seen'] as const).flatMap((modality) => {
    const scores = metrics[modality];
    if (!scores) return [];
    const { f1, precision, recall } = scores.micro;
    return [
      `${modality}: F1 ${f1.toFixed(3)}, precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)} (over ${metrics.folds} folds of recordings)`,
    ];
  });

function addLearn(events: Command, terminal: Terminal): void {
  session<{ schema?: string; seed: number; mode?: DetectorMode; name?: string }, []>(
    events
      .command('learn')
      .description('train a detector on the events of a schema')
      .option('--schema <name>', 'whose events')
      .option('--seed <n>', 'of the random numbers', integer(0), 1)
      .addOption(new Option('--mode <mode>', 'default: what the events are').choices(['audio', 'visual', 'both']))
      .option('--name <name>', 'of the detector'),
    terminal,
    {
      writes: true,
      async run(opened, options) {
        const { client } = opened;
        const schema = await schemaOf(client, options.schema);
        const { jobId } = await client.events.learn({
          schemaId: schema.id,
          seed: options.seed,
          ...(options.mode ? { mode: options.mode } : {}),
          ...(options.name === undefined ? {} : { name: options.name }),
        });
        const { result, failed } = await runJob<{ detectorId: number; metrics: DetectorMetrics }>(
          opened,
          terminal,
          jobId,
        );
        const { detectorId, metrics } = result;
        return {
          document: { detector: detectorId, metrics, failed },
          failed,
          text: [
            `detector ${detectorId}, ${metrics.events} events in ${metrics.recordings} recordings`,
            ...scoresText(metrics),
            ...metrics.warnings.map((one) => `! ${one}`),
          ].join('\n'),
        };
      },
    },
  );
}

const detectionRow = (one: EventProposal) => ({
  path: one.path,
  onsetS: one.onsetS,
  offsetS: one.offsetS,
  class: one.class,
  modality: one.modality,
  confidence: one.confidence,
});

async function proposalsOf(
  client: Client,
  detectorId: number,
  mediaIds: number[] | undefined,
): Promise<EventProposal[]> {
  const rows: EventProposal[] = [];
  for (;;) {
    const page = await client.events.proposals({
      detectorId,
      open: false,
      order: 'time',
      offset: rows.length,
      limit: 10_000,
      ...(mediaIds ? { mediaIds } : {}),
    });
    rows.push(...page.rows);
    if (page.rows.length < 10_000) return rows;
  }
}

function addDetect(events: Command, terminal: Terminal): void {
  session<{ detector?: string; out?: string }, [string[]]>(
    events
      .command('detect')
      .description('find events with a detector')
      .argument('[files...]', 'recordings of the collection (default: all)')
      .option('--detector <detector>', 'number or name (default: the newest)')
      .option('--out <file>', 'write the events as CSV: file, onset_s, offset_s, label, modality, confidence'),
    terminal,
    {
      writes: true,
      async run(opened, options, files) {
        const { client } = opened;
        const detector = await detectorOf(client, options.detector);
        const mediaIds: number[] = [];
        for (const file of files) mediaIds.push(await recordingOf(opened, file));
        const some = mediaIds.length > 0 ? { mediaIds } : {};
        const { jobId } = await client.events.detect({ detectorId: detector.id, ...some });
        const { failed } = await runJob(opened, terminal, jobId);
        const rows = (await proposalsOf(client, detector.id, some.mediaIds)).map(detectionRow);
        if (options.out !== undefined) {
          const file = writeDetections(path.resolve(options.out), rows);
          return {
            document: { files: [file], events: rows.length, failed },
            failed,
            text: `${rows.length} events in ${file}`,
          };
        }
        return {
          document: rows,
          failed,
          text: table(
            ['onset', 'offset', 'class', 'modality', 'confidence', 'path'],
            rows.map((row) => [row.onsetS, row.offsetS, row.class, row.modality, row.confidence, row.path]),
          ),
        };
      },
    },
  );
}

function addCut(events: Command, terminal: Terminal): void {
  session<{ out: string; where?: string; padding: number; name?: string; media: 'auto' | 'sound' | 'video' }, []>(
    events
      .command('cut')
      .description('write each event as a media file of its own')
      .requiredOption('--out <dir>', 'the folder to write to')
      .option('--where <expression>', 'only these')
      .option('--padding <s>', 'seconds before and after', number(0, 60), 0)
      .option('--name <pattern>', 'file names, with {path} {class} {onset} {offset} {id} {n}')
      .addOption(
        new Option('--media <media>', 'auto: sound for heard events, else video')
          .choices(['auto', 'sound', 'video'])
          .default('auto'),
      ),
    terminal,
    {
      writes: true,
      async run(opened, options) {
        const { client } = opened;
        const { jobId } = await client.events.cut({
          path: path.resolve(options.out),
          filter: await eventFilterOf(client, options.where),
          paddingS: options.padding,
          media: options.media,
          ...(options.name === undefined ? {} : { name: options.name }),
        });
        const { result, failed } = await runJob<{ files: string[] }>(opened, terminal, jobId);
        return {
          document: { files: result.files, failed },
          failed,
          text: `${result.files.length} files in ${path.resolve(options.out)}`,
        };
      },
    },
  );
}

const listed = async (client: Client): Promise<Answer> => {
  const detectors = await client.events.detectors({});
  return {
    document: detectors,
    text: table(
      ['id', 'classes', 'trained', 'name'],
      detectors.map((one) => [one.id, one.classes.map(({ name }) => name).join(', '), one.createdAt, one.name]),
    ),
  };
};

function addDetectors(events: Command, terminal: Terminal): void {
  session<{ rename?: [string, string]; remove?: string }, []>(
    events
      .command('detectors')
      .description('the detectors there are, newest first')
      .addOption(new Option('--rename <detector name...>', 'a detector and its new name').conflicts('remove'))
      .option('--remove <detector>', 'with its proposals; events that were accepted stay'),
    terminal,
    {
      writes: true,
      async run({ client }, { rename, remove }) {
        if (rename !== undefined) {
          if (rename.length !== 2)
            throw new EngineError('BAD_INPUT', '--rename takes a detector and its new name', { field: 'rename' });
          const { id: detectorId } = await detectorOf(client, rename[0]);
          await client.events.renameDetector({ detectorId, name: rename[1] });
        }
        if (remove !== undefined)
          await client.events.removeDetector({ detectorId: (await detectorOf(client, remove)).id });
        return listed(client);
      },
    },
  );
}

export function addEventJobCommands(events: Command, terminal: Terminal): void {
  addLearn(events, terminal);
  addDetectors(events, terminal);
  addDetect(events, terminal);
  addCut(events, terminal);
}
