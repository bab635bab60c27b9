// What using a model may bring along: embeddings of the clips that lack one, and a first map of them.
import type { EngineContext } from '../engineContext.ts';
import { chainEmbedding } from '../importing/chainEmbedding.ts';

/** Queues what the current model lacks here. Returns the last job's id; null where nothing is missing. */
export function embedMissing({ workspace, jobs }: Pick<EngineContext, 'workspace' | 'jobs'>): number | null {
  const set = workspace.vectors.current();
  const lacks = set ? workspace.vectors.missing(set.setId).length : workspace.clips.count();
  const drawn = workspace.projections.list().some((map) => map.settled && map.setId === set?.setId);
  if (lacks === 0 && (drawn || !set)) return null;
  // New clips take their places on a map that is there; only a first one is drawn.
  return drawn ? jobs.add('embed', 'Embed clips', { frames: 10 }) : chainEmbedding(jobs);
}
