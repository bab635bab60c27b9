// cavmae similar, retrieve, retrieval-eval, correspondence: finding by example, by sound, by picture.
import { Option, type Command } from 'commander';
import { alignedStrategy, type AlignedStrategy, type Space } from '../../../shared/contract/model.ts';
import { clipPaths } from '../clipPaths.ts';
import { session, type Answer, type Terminal } from '../command.ts';
import { integer } from '../optionTypes.ts';
import { clipOrFile, modelOf } from '../resolve.ts';
import { runJob } from '../runJob.ts';
import type { Session } from '../session.ts';
import { table } from '../table.ts';
import { spaceOption } from './embed.ts';

function scored(opened: Session, found: readonly { clipId: number; path: string; score: number }[]): Answer {
  const paths = clipPaths(
    opened,
    found.map((one) => one.clipId),
  );
  const rows = found.map(({ clipId, path, score }) => ({ clip: clipId, path: paths.get(clipId) ?? path, score }));
  return {
    document: rows,
    text: table(
      ['clip', 'score', 'path'],
      rows.map((row) => [row.clip, row.score, row.path]),
    ),
  };
}

const count = (): Option => new Option('-k, --k <n>', 'how many').argParser(integer(1, 1000)).default(20);

const exactly = (): Option =>
  new Option('--exact', 'compare with every clip, also above 200,000, where a search looks near the query only');

export function addSearchCommands(program: Command, terminal: Terminal): void {
  session<{ space: Space; k: number; exact?: true }, [string]>(
    program
      .command('similar')
      .description('the nearest clips')
      .argument('<clip|file>')
      .addOption(spaceOption())
      .addOption(count())
      .addOption(exactly()),
    terminal,
    {
      writes: false,
      async run(opened, { space, k, exact }, name) {
        const query = await clipOrFile(opened, name);
        return scored(
          opened,
          await opened.client.search.similar({
            space,
            k,
            exact,
            ...('clip' in query ? { positives: [query.clip.id] } : { file: query.file }),
          }),
        );
      },
    },
  );
  session<{ direction: 'a2v' | 'v2a'; k: number; exact?: true }, [string]>(
    program
      .command('retrieve')
      .description('which pictures fit a sound (a2v), which sounds fit a picture (v2a)')
      .argument('<clip|file>')
      .addOption(new Option('--direction <direction>').choices(['a2v', 'v2a']).makeOptionMandatory())
      .addOption(count())
      .addOption(exactly()),
    terminal,
    {
      writes: false,
      async run(opened, { direction, k, exact }, name) {
        const query = await clipOrFile(opened, name);
        return scored(
          opened,
          await opened.client.search.retrieve({
            direction,
            k,
            exact,
            ...('clip' in query ? { clipId: query.clip.id } : { file: query.file }),
          }),
        );
      },
    },
  );
  session<{ model?: string; strategy?: AlignedStrategy }, []>(
    program
      .command('retrieval-eval')
      .description('R@1/5/10 and median rank in both directions')
      .option('--model <model>', 'catalogue id or checkpoint file (default: of the embeddings in use)')
      .addOption(
        new Option(
          '--strategy <strategy>',
          'compare clips frame by frame (default for CAV-MAE Sync: diagonal_mean)',
        ).choices(alignedStrategy.options),
      ),
    terminal,
    {
      writes: false,
      async run(opened, options) {
        const result = await opened.client.search.retrievalEvaluation({
          ...(options.model && { modelId: await modelOf(opened, options.model) }),
          ...(options.strategy && { strategy: options.strategy }),
        });
        const row = (name: string, one: typeof result.a2v) => [name, one.r1, one.r5, one.r10, one.medianRank];
        return {
          document: result,
          text: `${result.clips} clips${result.of > result.clips ? `, a random draw of ${result.of}` : ''}\n${table(['direction', 'R@1', 'R@5', 'R@10', 'median rank'], [row('sound to picture', result.a2v), row('picture to sound', result.v2a)])}`,
        };
      },
    },
  );
  session<object, []>(
    program.command('correspondence').description('cos(a, v) of each clip and its percentile among shuffled pairs'),
    terminal,
    {
      writes: true,
      async run(opened) {
        const { jobId } = await opened.client.search.correspondence({});
        const { failed } = await runJob(opened, terminal, jobId);
        const { clipIds, columns } = await opened.client.clips.columns({
          names: ['correspondence', 'correspondencePercentile'],
        });
        const paths = clipPaths(opened, clipIds);
        const rows = clipIds.map((clip, k) => ({
          clip,
          path: paths.get(clip) ?? '',
          score: columns.correspondence?.[k] ?? null,
          percentile: columns.correspondencePercentile?.[k] ?? null,
        }));
        return {
          document: rows,
          failed,
          text: table(
            ['clip', 'score', 'percentile', 'path'],
            rows.map((row) => [row.clip, row.score, row.percentile, row.path]),
          ),
        };
      },
    },
  );
}
