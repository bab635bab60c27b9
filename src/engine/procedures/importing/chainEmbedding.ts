// What follows an import by itself: embeddings of the clips that lack them, then a map.
import type { TypedJobQueue } from '../../collection/jobs/typedJobQueue.ts';

/**
 * Queues both for the model that is current when they start; `after`: the job they wait for. Returns the last one's id.
 */
export function chainEmbedding(jobs: Pick<TypedJobQueue, 'add'>, after?: number): number {
  const embed = jobs.add('embed', 'Embed clips', { frames: 10 }, after === undefined ? {} : { after });
  return jobs.add(
    'project',
    'Draw the map',
    { space: 'joint', neighbors: 15, minDist: 0.1, seed: 1 },
    { after: embed },
  );
}

/**
 * Queues embedding that runs beside an import and takes its clips as they are stored, so that the map begins before the
 * import ends.
 */
export const embedAlongside = (jobs: Pick<TypedJobQueue, 'add'>, importJobId: number): number =>
  jobs.add('embed', 'Embed clips while they are imported', { frames: 10, alongside: importJobId });
