// cavmae embed, project: vectors and the map.
import type { Command } from 'commander';
import { Option } from 'commander';
import {
  deviceWish,
  precisionWish,
  type Agreement,
  type Device,
  type Precision,
} from '../../../shared/contract/extraction.ts';
import type { Space } from '../../../shared/contract/model.ts';
import { inSession, plain, session, type Answer, type Terminal } from '../command.ts';
import { integer, number } from '../optionTypes.ts';
import { modelOf } from '../resolve.ts';
import { runJob } from '../runJob.ts';
import type { Session } from '../session.ts';
import { addDistributeOptions, embedElsewhere, type DistributeOptions } from './distribution/distribute.ts';

interface EmbedResult {
  embedded: number;
  skipped: number;
  clipsPerSecond: number;
  precision: Precision;
  device: Device;
  agreement: Agreement | null;
  reason: string;
}
interface EmbedOptions extends DistributeOptions {
  extraction: 'auto' | 'onnx' | 'tfjs' | undefined;
}
interface ProjectOptions {
  space: Space;
  neighbors: number;
  minDist: number;
  seed: number;
}

export const spaceOption = (): Option =>
  new Option('--space <space>', 'which embedding').choices(['joint', 'audio', 'visual']).default('joint');

async function embedHere(opened: Session, options: EmbedOptions, terminal: Terminal): Promise<Answer> {
  const { jobId } = await opened.client.embeddings.start({
    modelId: await modelOf(opened, options.model),
    frames: options.frames,
    extraction: options.extraction,
    precision: options.precision,
    device: options.device,
  });
  const { result, failed } = await runJob<EmbedResult>(opened, terminal, jobId);
  return {
    document: { ...result, failed },
    failed,
    text: [
      `${result.embedded} embedded, ${result.skipped} had embeddings, ${failed.length} failed; ${result.clipsPerSecond.toFixed(2)} clips per second`,
      `${result.precision} on ${result.device === 'cpu' ? 'the CPU' : result.device}: ${result.reason}`,
    ].join('\n'),
  };
}

const elsewhere = ({ queue, store, shard }: EmbedOptions): boolean => Boolean(queue ?? store ?? shard);

function addEmbedCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('embed')
    .description('joint, audio and visual embeddings of the clips that lack them')
    .option('--model <model>', 'catalogue id or checkpoint file (default: the current model)')
    .option('--frames <n>', 'frames per clip', integer(1, 10), 10)
    .addOption(
      new Option('--extraction <library>', 'what computes (default: CAVMAE_EXTRACTION, else auto)').choices([
        'auto',
        'onnx',
        'tfjs',
      ]),
    )
    .addOption(
      new Option('--precision <precision>', 'of the linear layers; auto: what is fastest here and agrees with float32')
        .choices(precisionWish.options)
        .default('auto'),
    )
    .addOption(
      new Option('--device <device>', 'auto: a GPU where it is faster and agrees with the CPU')
        .choices(deviceWish.options)
        .default('auto'),
    );
  plain<EmbedOptions, []>(addDistributeOptions(command), terminal, (options) =>
    elsewhere(options)
      ? embedElsewhere(options, terminal)
      : inSession<EmbedOptions, []>(
          { writes: true, run: (opened, given) => embedHere(opened, given, terminal) },
          options,
        ),
  );
}

function addProjectCommand(program: Command, terminal: Terminal): void {
  session<ProjectOptions, []>(
    program
      .command('project')
      .description('draw the map: UMAP of the embeddings')
      .addOption(spaceOption())
      .option('--neighbors <n>', 'neighbours of each point', integer(2, 200), 15)
      .option('--min-dist <d>', 'least distance of points', number(0, 1), 0.1)
      .option('--seed <n>', 'of the random numbers', integer(0), 1),
    terminal,
    {
      writes: true,
      async run(opened, { space, neighbors, minDist, seed }) {
        const { jobId } = await opened.client.projections.start({ space, neighbors, minDist, seed });
        const model = opened.engine.context.workspace.vectors.modelId();
        const { result } = await runJob<{ projectionId: number; points: number; seconds: number }>(
          opened,
          terminal,
          jobId,
        );
        return { document: { ...result, model }, text: `${result.points} points in ${result.seconds.toFixed(1)} s` };
      },
    },
  );
}

export function addEmbedCommands(program: Command, terminal: Terminal): void {
  addEmbedCommand(program, terminal);
  addProjectCommand(program, terminal);
}
