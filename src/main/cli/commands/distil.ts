// cavmae distil: a small, fast model that learns from a large one on the workspace's clips.
import type { Command } from 'commander';
import { session, type Terminal } from '../command.ts';
import { integer } from '../optionTypes.ts';
import { modelOf } from '../resolve.ts';
import { runJob } from '../runJob.ts';

interface DistilOptions {
  model?: string;
  size: string;
  steps: number;
  seed: number;
  name?: string;
}
interface DistilResult {
  run: number;
  modelId: string;
  checkpoint: string;
  neighboursKept: number | null;
  neighbours: number;
  heldOut: number;
}

/** What a person wants to know of the student. */
const told = ({ run, checkpoint, modelId, neighboursKept, neighbours, heldOut }: DistilResult): string =>
  `run ${run}: ${checkpoint} (model ${modelId})\n${
    neighboursKept === null
      ? 'too few clips were held out to compare neighbours'
      : `${(neighboursKept * neighbours).toFixed(1)} of the ${neighbours} nearest neighbours survive, on ${heldOut} held-out clips`
  }`;

export function addDistilCommand(program: Command, terminal: Terminal): void {
  session<DistilOptions, []>(
    program
      .command('distil')
      .description('a small model that learns from a large one, without labels')
      .option('--model <model>', 'to learn from (default: the current one)')
      .option('--size <size>', 'of the new model', 'small')
      .option('--steps <n>', 'of the training', integer(1), 2000)
      .option('--seed <n>', 'of the random numbers', integer(0), 1)
      .option('--name <name>', 'of the new model'),
    terminal,
    {
      writes: true,
      async run(opened, { model, name, ...options }) {
        const { jobId } = await opened.client.pretrain.distil({
          ...options,
          ...(model ? { modelId: await modelOf(opened, model) } : {}),
          ...(name ? { name } : {}),
        });
        const { result, failed } = await runJob<DistilResult>(opened, terminal, jobId);
        return { document: result, failed, text: told(result) };
      },
    },
  );
}
