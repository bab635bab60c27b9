// What runs by itself for the map and the search: registered when a workspace opens, before its queue starts.
import { createClusterRunner } from './clusterJob.ts';
import { createCorrespondenceRunner } from './correspondenceJob.ts';
import type { EngineContext } from '../engineContext.ts';
import { placeNewClips } from './placeNewClips.ts';
import { createProjectRunner } from './projectJob.ts';
import { forgetUndrawnMaps } from './undrawnMaps.ts';

/**
 * Registers `project`, `cluster` and `correspondence`, places new clips on settled maps and forgets maps that were
 * never drawn. Returns the end of both.
 */
export function registerExplorationJobs(context: EngineContext): () => void {
  context.jobs.register('project', createProjectRunner(context));
  context.jobs.register('cluster', createClusterRunner(context));
  context.jobs.register('correspondence', createCorrespondenceRunner(context));
  const ends = [placeNewClips(context), forgetUndrawnMaps(context)];
  return () => {
    for (const end of ends) end();
  };
}
