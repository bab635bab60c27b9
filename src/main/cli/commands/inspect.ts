// cavmae errors, sweep: reconstruction error as a score of every clip, and loss over the mask ratio for one clip or the
// collection.
import type { Command } from 'commander';
import type { CollectionSweep, SweepPoint } from '../../../shared/contract/inspect.ts';
import { clipPaths } from '../clipPaths.ts';
import { session, type Terminal } from '../command.ts';
import { integer } from '../optionTypes.ts';
import { clipOrFile, modelOf } from '../resolve.ts';
import { runJob } from '../runJob.ts';
import { table } from '../table.ts';

const ratios = [0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.9];
const sweepText = (points: readonly SweepPoint[]): string =>
  table(
    ['hidden', 'sound', 'beside another picture', 'picture', 'beside another sound'],
    points.map((p) => [p.ratio, p.lossA, p.controlA, p.lossV, p.controlV]),
  );

export function addInspectCommands(program: Command, terminal: Terminal): void {
  session<{ masks: number; model?: string }, []>(
    program
      .command('errors')
      .description('reconstruction error of every clip, averaged over random masks')
      .option('--masks <k>', 'masks a clip', integer(1, 32), 4)
      .option('--model <model>', 'catalogue id or checkpoint file (default: the current model)'),
    terminal,
    {
      writes: true,
      async run(opened, options) {
        const modelId = await modelOf(opened, options.model);
        const { jobId } = await opened.client.inspect.errorScores({ modelId, masks: options.masks });
        const { failed } = await runJob(opened, terminal, jobId);
        const { clipIds, columns } = await opened.client.clips.columns({ names: ['error'], modelId });
        const paths = clipPaths(opened, clipIds);
        const rows = clipIds
          .map((clip, k) => ({
            clip,
            path: paths.get(clip) ?? '',
            error: (columns.error?.[k] ?? null) as number | null,
          }))
          .toSorted((a, b) => (b.error ?? -1) - (a.error ?? -1));
        return {
          document: rows,
          failed,
          text: table(
            ['clip', 'error', 'path'],
            rows.map((row) => [row.clip, row.error, row.path]),
          ),
        };
      },
    },
  );
  session<{ clips: number; seed: number; model?: string }, [string | undefined]>(
    program
      .command('sweep')
      .description(
        'loss over the mask ratio beside a shuffled partner: of one clip or file, without one of the collection',
      )
      .argument('[clip|file]')
      .option('--clips <n>', 'of the collection, at most so many', integer(1), 64)
      .option('--seed <n>', 'of masks, partners and draw', integer(0), 0)
      .option('--model <model>', 'catalogue id or checkpoint file (default: the current model)'),
    terminal,
    {
      writes: true,
      async run(opened, { clips, seed, model }, name) {
        const modelId = await modelOf(opened, model);
        if (name !== undefined) {
          const query = await clipOrFile(opened, name);
          const points = await opened.client.inspect.sweep({
            ...('clip' in query ? { clipId: query.clip.id } : { file: query.file }),
            modelId,
            ratios,
            seed,
          });
          return { document: { points }, text: sweepText(points) };
        }
        const { jobId } = await opened.client.inspect.collectionSweep({ modelId, ratios, clips, seed });
        const { result, failed } = await runJob<CollectionSweep>(opened, terminal, jobId);
        return {
          document: result,
          failed,
          text: `${result.clips} of ${result.of} clips with sound and picture\n${sweepText(result.points)}`,
        };
      },
    },
  );
}
