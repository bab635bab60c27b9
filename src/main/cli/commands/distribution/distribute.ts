// cavmae embed with --store: the same embeddings by several machines, with a queue, or as tasks of an array.
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { openWorker, parseArrayIndex, type ArrayIndex } from '../../../../engine/procedures/distribution/openWorker.ts';
import type { MediaRule } from '../../../../engine/procedures/distribution/mediaPlaces.ts';
import type { DeviceWish, PrecisionWish } from '../../../../shared/contract/extraction.ts';
import type { JobResult } from '../../../../shared/contract/jobKinds.ts';
import { EngineError } from '../../../../shared/engineError.ts';
import { inSession, type Answer, type GlobalOptions, type Terminal } from '../../command.ts';
import { integer } from '../../optionTypes.ts';
import { modelOf } from '../../resolve.ts';
import { runJob } from '../../runJob.ts';
import type { Session } from '../../session.ts';
import { stopOnSignal } from '../../stopOnSignal.ts';
import { mediaOption, scratchOption, workerTeller } from './worker.ts';
import { plural } from '../../../../shared/plural.ts';

export interface DistributeOptions extends GlobalOptions {
  model?: string;
  frames: number;
  precision: PrecisionWish;
  device: DeviceWish;
  queue?: string;
  store?: string;
  shard?: ArrayIndex;
  run?: string;
  shardClips?: number;
  wait: boolean;
  media: MediaRule[];
  scratch?: string;
}

type Distributed = JobResult<'distribute'>;

/** Adds the options of several machines to `embed`. */
export const addDistributeOptions = (command: Command): Command =>
  command
    .addOption(new Option('--store <url>', 'several machines: s3://bucket/prefix?endpoint=… or file:///folder'))
    .addOption(new Option('--queue <url>', 'workers take shards from redis://… or postgres://…'))
    .addOption(
      new Option('--shard <i/n>', 'compute one share of n here, without a queue (tasks of an array)').argParser(
        (text: string) => {
          try {
            return parseArrayIndex(text);
          } catch (thrown) {
            throw new InvalidArgumentError(EngineError.from(thrown).message);
          }
        },
      ),
    )
    .option('--run <id>', 'with --shard: which run of the store (default: the open one)')
    .option('--shard-clips <n>', 'clips of a shard at most', integer(1, 10_000))
    .option('--no-wait', 'with --store: import what is done, and end')
    .addOption(mediaOption())
    .addOption(scratchOption());

async function startRun(
  opened: Session,
  terminal: Terminal,
  options: DistributeOptions,
  wait: boolean,
): Promise<Answer> {
  const { jobId } = await opened.client.distribution.start({
    modelId: await modelOf(opened, options.model),
    frames: options.frames,
    precision: options.precision,
    device: options.device === 'gpu' ? 'gpu' : 'cpu',
    store: options.store!,
    queue: options.shard ? null : (options.queue ?? null),
    ...(options.shardClips !== undefined && { shardClips: options.shardClips }),
    wait,
  });
  const { result, failed } = await runJob<Distributed>(opened, terminal, jobId);
  const left = result.remaining > 0 ? `; ${result.remaining} of ${result.shards} shards are not done` : '';
  return {
    document: { ...result, failed },
    failed,
    exitCode: failed.length > 0 ? 1 : result.remaining > 0 && !wait && !options.shard ? 3 : 0,
    text: `${result.embedded} embedded, ${result.skipped} had embeddings, ${failed.length} failed; ${result.clipsPerSecond.toFixed(2)} clips per second${left}`,
  };
}

/** The share of one task. */
async function computeShare(options: DistributeOptions, terminal: Terminal, runId: string | undefined) {
  const { signal, release } = stopOnSignal();
  const from = performance.now();
  const worker = await openWorker({
    store: options.store!,
    media: options.media,
    scratch: options.scratch,
    signal,
    tell: (line) => workerTeller({ ...terminal, out: terminal.err }, false)(line),
  });
  try {
    const run = await worker.takeShare(options.shard!, runId);
    if (signal.aborted) throw new EngineError('CANCELLED', 'stopped; the same command goes on');
    return { run, done: worker.done, seconds: (performance.now() - from) / 1000 };
  } finally {
    await worker.close();
    release();
  }
}

/** A task without a workspace takes its share of the open run; with one, it makes the run, and imports what is done. */
async function embedShare(options: DistributeOptions, terminal: Terminal): Promise<Answer> {
  let runId = options.run;
  if (options.workspace !== undefined && runId === undefined) {
    const planned = await inSession<DistributeOptions, []>(
      { writes: true, run: (opened, given) => startRun(opened, terminal, given, false) },
      options,
    );
    const { run } = planned.document as Distributed;
    if (run === null) return planned;
    runId = run;
  }
  const { run, done, seconds } = await computeShare(options, terminal, runId);
  if (options.workspace !== undefined) await importDone(options, terminal);
  const { embedded, failed } = done;
  const document = {
    embedded,
    skipped: 0,
    failed: [],
    failedClips: failed,
    clipsPerSecond: seconds > 0 ? embedded / seconds : 0,
    precision: run.recipe.precision,
    device: run.recipe.device,
    agreement: null,
    run: run.runId,
    shards: done.shards,
  };
  const text = `${plural(done.shards, 'shard')}: ${plural(embedded, 'clip')} embedded, ${failed} failed. They are imported by: cavmae embed --store URL`;
  return { document, text, exitCode: failed > 0 ? 1 : 0 };
}

/** Another task may hold the workspace: then it imports, or the command that ends the run does. */
async function importDone(options: DistributeOptions, terminal: Terminal): Promise<void> {
  try {
    await inSession<DistributeOptions, []>(
      { writes: true, run: (opened, given) => startRun(opened, terminal, given, false) },
      options,
    );
  } catch (thrown) {
    const error = EngineError.from(thrown);
    if (error.code !== 'CONFLICT') throw thrown;
    terminal.err(
      'The workspace is in use: the parts stay in the store until `cavmae embed --store URL` imports them.\n',
    );
  }
}

/** @throws EngineError BAD_INPUT for options that do not go together */
export async function embedElsewhere(options: DistributeOptions, terminal: Terminal): Promise<Answer> {
  if (!options.store)
    throw new EngineError('BAD_INPUT', '--store is missing', {
      field: 'store',
      hint: 'Several machines meet in a store: --store file:///shared/folder or --store s3://bucket/prefix',
    });
  if (options.shard) return embedShare(options, terminal);
  return inSession<DistributeOptions, []>(
    { writes: true, run: (opened, given) => startRun(opened, terminal, given, given.wait) },
    options,
  );
}
