// cavmae pretrain: self-supervised training on the workspace's clips.
import { Option, type Command } from 'commander';
import { variant, type Variant } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { session, type Terminal } from '../command.ts';
import { integer, number } from '../optionTypes.ts';
import { modelOf } from '../resolve.ts';
import { runJob } from '../runJob.ts';
import type { Session } from '../session.ts';

interface PretrainOptions {
  model?: string;
  variant?: Variant;
  preset?: string;
  size?: string;
  steps?: number;
  window?: number;
  normPix?: boolean;
  resume?: boolean;
  seed: number;
  name?: string;
}

/** The newest pretraining job that was stopped. */
async function stoppedJob({ client }: Session): Promise<number> {
  const jobs = await client.jobs.list({ limit: 500 });
  const stopped = jobs
    .filter((job) => job.kind === 'pretrain' && job.status !== 'done')
    .toSorted((a, b) => b.id - a.id)[0];
  if (!stopped) throw new EngineError('NOT_FOUND', 'there is no stopped pretraining to resume');
  if (stopped.status === 'paused') await client.jobs.resume({ jobId: stopped.id });
  if (stopped.status === 'failed' || stopped.status === 'cancelled') await client.jobs.retry({ jobId: stopped.id });
  return stopped.id;
}

async function startedJob(opened: Session, options: PretrainOptions): Promise<number> {
  const config =
    options.window === undefined && options.normPix === undefined
      ? null
      : {
          ...(options.window !== undefined && { audioLength: Math.floor((options.window * 100 + 24) / 16) * 16 }),
          ...(options.normPix !== undefined && { normPixLoss: options.normPix }),
        };
  const { jobId } = await opened.client.pretrain.start({
    ...(options.variant ? { variant: options.variant } : {}),
    ...(config ? { config } : {}),
    seed: options.seed,
    ...(options.model ? { modelId: await modelOf(opened, options.model) } : {}),
    ...(options.preset ? { preset: options.preset } : {}),
    ...(options.size ? { size: options.size } : {}),
    ...(options.steps ? { steps: options.steps } : {}),
    ...(options.name ? { name: options.name } : {}),
  });
  return jobId;
}

export function addPretrainCommand(program: Command, terminal: Terminal): void {
  session<PretrainOptions, []>(
    program
      .command('pretrain')
      .description("self-supervised training on the workspace's clips")
      .option('--model <model>', 'continue from this checkpoint')
      .addOption(new Option('--variant <variant>', 'of a new model (default: cav-mae)').choices(variant.options))
      .option('--preset <preset>', 'recipe')
      .option('--size <size>', 'of a new model: small, base or tiny, with -sync for CAV-MAE Sync')
      .option('--window <s>', 'seconds of sound that the model hears; positions are resampled', number(0.16))
      .option('--no-norm-pix', 'predict patches as they are, not normalised by their own statistics')
      .option('--steps <n>', "instead of the preset's", integer(1))
      .option('--seed <n>', 'of the random numbers', integer(0), 1)
      .option('--name <name>', 'of the model')
      .option('--resume', 'continue the newest stopped run'),
    terminal,
    {
      writes: true,
      async run(opened, options) {
        const jobId = options.resume ? await stoppedJob(opened) : await startedJob(opened, options);
        const { result, failed } = await runJob<{ run: number; losses: unknown; checkpoint: string; modelId: string }>(
          opened,
          terminal,
          jobId,
        );
        return { document: result, failed, text: `run ${result.run}: ${result.checkpoint} (model ${result.modelId})` };
      },
    },
  );
}
