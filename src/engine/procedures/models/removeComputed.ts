// Forgets what was computed with a model that is removed: embeddings, maps, clusters and scores. Labels and classifiers stay.
import type { Model } from '../../../shared/contract/model.ts';
import type { EngineContext } from '../engineContext.ts';
import { storedModelIdOf } from './currentModel.ts';

const scores = [
  'cluster',
  'correspondence',
  'correspondencePercentile',
  'avDistance',
  'error',
  'commonNeighbours',
] as const;

export function removeComputed(
  { workspace, events }: Pick<EngineContext, 'workspace' | 'events'>,
  modelId: string,
  sets: Model['sets'],
): void {
  const stored = storedModelIdOf({ workspace }, modelId);
  for (const name of scores) workspace.clips.clearScores(name, stored);
  for (const { id } of sets) {
    workspace.settings.set(`clusters@${id}`, null);
    workspace.vectors.remove(id);
    events.publish({ type: 'embeddingsChanged', setId: id });
  }
}
