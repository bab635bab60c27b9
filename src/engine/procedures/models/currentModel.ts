// The current model of a workspace: imports, embedding, maps, search, queues and the workbench follow it unless they
// name another.
import { resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import type { EngineContext } from '../engineContext.ts';

type Context = Pick<EngineContext, 'workspace'>;

/** The model a request names, else the current one. */
export const modelOrCurrent = ({ workspace }: Context, modelId: string | undefined): string =>
  modelId ?? workspace.vectors.modelId();

/**
 * The name under which embeddings and scores of a model are stored: random weights that stand in for the shipped model
 * go under their own.
 */
export const storedModelId = (modelId: string, resolved: string): string =>
  modelId === 'shipped' && resolved.startsWith('random:') ? resolved : modelId;

/** The name of a model's embeddings, also where its file is gone. */
export function storedModelIdOf({ workspace }: Context, modelId: string): string {
  try {
    return storedModelId(modelId, resolveModel(workspace, modelId));
  } catch {
    return modelId;
  }
}

export interface ModelInUse {
  model: string;
  /** Clips of the collection that have an embedding of this model. */
  embedded: number;
  /** Clips that lack one. */
  missing: number;
}

/**
 * Makes a model the current one. Its last embedding set, maps, clusters and scores are in use again at once; nothing of
 * another model is lost.
 * @throws NOT_FOUND where the model is unknown or its file is missing; the current model then stays
 */
export function useModel(
  { workspace, events }: Pick<EngineContext, 'workspace' | 'events'>,
  modelId: string,
): ModelInUse {
  const stored = storedModelId(modelId, resolveModel(workspace, modelId));
  const before = workspace.vectors.modelId();
  const setId = workspace.atomically(() => workspace.vectors.useModel(modelId, stored));
  if (before !== modelId) workspace.settings.set('previousModel', before);
  events.publish({ type: 'currentModelChanged', modelId, setId });
  return modelInUse({ workspace }, modelId, setId);
}

/** How far the embeddings of a model cover the collection. */
export function modelInUse({ workspace }: Context, modelId: string, setId: number | null): ModelInUse {
  const clips = workspace.clips.count();
  const missing = setId === null ? clips : workspace.vectors.missing(setId).length;
  return { model: modelId, embedded: clips - missing, missing };
}
