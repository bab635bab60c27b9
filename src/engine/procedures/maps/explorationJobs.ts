// What runs by itself for the map and the search: registered when a workspace opens, before its queue starts.
import { createClusterRunner } from './clusterJob.ts';
import { createCorrespondenceRunner } from './correspondenceJob.ts';
import type { EngineContext } from '../engineContext.ts';
import { placeNewClips } from './placeNewClips.ts';
import { createProjectRunner } from './projectJob.ts';

/** Registers `project`, `cluster` and `correspondence`, and places new clips on settled maps. */
export function registerExplorationJobs(context: EngineContext): void {
  context.jobs.register('project', createProjectRunner(context));
  context.jobs.register('cluster', createClusterRunner(context));
  context.jobs.register('correspondence', createCorrespondenceRunner(context));
  placeNewClips(context);
}
