// cavmae clips: the clips with labels, predictions and scores.
import type { Command } from 'commander';
import type { Clip, ClipFilter } from '../../../shared/contract/clip.ts';
import { clipPaths } from '../clipPaths.ts';
import { session, type Terminal } from '../command.ts';
import { integer } from '../optionTypes.ts';
import type { Client } from '../session.ts';
import { table } from '../table.ts';
import { whereFilter } from '../whereFilter.ts';

const pageSize = 5000;
const scores = [
  'uncertainty',
  'cluster',
  'correspondence',
  'correspondencePercentile',
  'error',
  'commonNeighbours',
] as const;

async function listClips(client: Client, filter: ClipFilter, limit: number): Promise<Clip[]> {
  const found: Clip[] = [];
  while (found.length < limit) {
    const { rows } = await client.clips.list({
      filter,
      offset: found.length,
      limit: Math.min(pageSize, limit - found.length),
    });
    found.push(...rows);
    if (rows.length < pageSize) break;
  }
  return found;
}

export function addClipsCommand(program: Command, terminal: Terminal): void {
  session<{ where?: string; limit: number }, []>(
    program
      .command('clips')
      .description('list clips with labels, predictions and scores')
      .option('--where <expr>', 'for example: label=dog and (site=north or hour between 4 and 8) and not embedded')
      .option('--limit <n>', 'at most so many', integer(1), 1_000_000),
    terminal,
    {
      writes: false,
      async run(opened, options) {
        const { client } = opened;
        const schemas = await client.schemas.list({});
        const names = new Map(schemas.flatMap((schema) => schema.classes.map((one) => [one.id, one.name] as const)));
        const clips = await listClips(client, await whereFilter(client, options.where), options.limit);
        const paths = clipPaths(
          opened,
          clips.map((clip) => clip.id),
        );
        const { clipIds, columns } = await client.clips.columns({ names: [...scores] });
        const rowOf = new Map(clipIds.map((clipId, row) => [clipId, row]));
        const rows = clips.map((clip) => {
          const row = rowOf.get(clip.id);
          return {
            ...clip,
            clip: clip.id,
            path: paths.get(clip.id) ?? clip.path,
            labels: clip.labels.map((label) => ({ ...label, class: names.get(label.classId) ?? null })),
            prediction: clip.prediction && { ...clip.prediction, class: names.get(clip.prediction.classId) ?? null },
            scores: Object.fromEntries(
              scores.map((name) => [name, row === undefined ? null : (columns[name]?.[row] ?? null)]),
            ),
          };
        });
        return {
          document: rows,
          text:
            rows.length === 0
              ? 'No clips.'
              : table(
                  ['id', 'start', 'end', 'labels', 'prediction', 'badges', 'path'],
                  rows.map((row) => [
                    row.id,
                    row.startS,
                    row.endS,
                    row.labels
                      .map((label) => `${label.value === 'positive' ? '' : `${label.value} `}${label.class}`)
                      .join(', '),
                    row.prediction ? `${row.prediction.class} ${row.prediction.probability.toFixed(2)}` : '',
                    row.badges.join(' '),
                    row.path,
                  ]),
                ),
        };
      },
    },
  );
}
