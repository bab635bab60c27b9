// cavmae worker: takes shards of distributed extractions. It has no workspace; what it did it says in JSON lines.
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { toEngineError } from '../../../../engine/host/orpcErrors.ts';
import { openWorker, type WorkerLine } from '../../../../engine/procedures/distribution/openWorker.ts';
import { parseMediaRule, type MediaRule } from '../../../../engine/procedures/distribution/mediaPlaces.ts';
import { EngineError } from '../../../../shared/engineError.ts';
import { errorText, exitCodeOf, type Terminal } from '../../command.ts';
import { stopOnSignal } from '../../stopOnSignal.ts';
import { plural } from '../../../../shared/plural.ts';

interface WorkerOptions {
  queue?: string;
  store?: string;
  once?: boolean;
  media: MediaRule[];
  scratch?: string;
  json?: boolean;
}

export const mediaOption = (): Option =>
  new Option(
    '--media <from=to>',
    'files below FROM are here below TO (a folder, or s3://bucket/prefix); may be repeated',
  )
    .argParser((text: string, all: MediaRule[] = []) => {
      try {
        return [...all, parseMediaRule(text)];
      } catch (thrown) {
        throw new InvalidArgumentError(EngineError.from(thrown).message);
      }
    })
    .default([]);

export const scratchOption = (): Option =>
  new Option('--scratch <dir>', 'where files are put while they are needed').env('CAVMAE_SCRATCH');

const sentence = (line: WorkerLine): string => {
  if (line.event === 'started')
    return `worker ${line.worker} takes shards from ${line.queue ?? 'its share'}; store ${line.store}`;
  if (line.event === 'waiting') return 'waiting for shards';
  if (line.event === 'problem') return `${line.message} [${line.code}]${line.hint ? ` ${line.hint}` : ''}`;
  if (line.event === 'stopped')
    return `${plural(line.shards, 'shard')}: ${plural(line.embedded, 'clip')} embedded, ${line.failed} failed`;
  if (line.known) return `${line.shard}: done before`;
  return `${line.shard}: ${line.embedded} embedded, ${line.failed} failed, ${line.seconds.toFixed(1)} s`;
};

/** Lines for a program with `json`, else for a person. */
export const workerTeller =
  (terminal: Terminal, json: boolean) =>
  (line: WorkerLine): void =>
    terminal.out(`${json ? JSON.stringify(line) : sentence(line)}\n`);

function required(value: string | undefined, option: string, variable: string): string {
  if (value) return value;
  throw new EngineError('BAD_INPUT', `--${option} is missing`, {
    field: option,
    hint: `Give --${option} URL, or set ${variable}.`,
  });
}

async function work(options: WorkerOptions, terminal: Terminal): Promise<0 | 1> {
  const queue = required(options.queue, 'queue', 'CAVMAE_QUEUE');
  const store = required(options.store, 'store', 'CAVMAE_STORE');
  const { signal, release } = stopOnSignal();
  try {
    const worker = await openWorker({
      store,
      media: options.media,
      scratch: options.scratch,
      signal,
      tell: workerTeller(terminal, options.json ?? false),
    });
    try {
      await worker.takeFrom(queue, options.once ?? false);
      return worker.done.failed > 0 ? 1 : 0;
    } finally {
      await worker.close();
    }
  } finally {
    release();
  }
}

export function addWorkerCommand(program: Command, terminal: Terminal): void {
  program
    .command('worker')
    .description('take shards of distributed extractions until stopped; prints what it did, a line each')
    .addOption(new Option('--queue <url>', 'redis://, rediss:// or postgres://').env('CAVMAE_QUEUE'))
    .addOption(new Option('--store <url>', 's3://bucket/prefix?endpoint=… or file:///folder').env('CAVMAE_STORE'))
    .option('--once', 'end when no shard is left')
    .addOption(mediaOption())
    .addOption(scratchOption())
    .option('--json', 'print JSON lines on stdout')
    .action(async (options: WorkerOptions) => {
      try {
        terminal.exit(await work(options, terminal));
      } catch (thrown) {
        const error = toEngineError(thrown);
        terminal.err(`${errorText(error)}\n`);
        terminal.exit(exitCodeOf(error));
      }
    });
}
