// Rows of an embedding set, for training and predicting heads.
import type { VectorRows } from '../../base/vectorRows.ts';
import type { Space } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { EngineContext } from '../engineContext.ts';

export interface EmbeddingSetRef {
  setId: number;
  modelId: string;
  dim: number;
}
const spaces: readonly Space[] = ['joint', 'audio', 'visual'];

/** The set of a model, or of the current one. Throws BAD_INPUT where nothing is embedded with it. */
export function embeddingSetOf({ workspace }: EngineContext, modelId?: string): EmbeddingSetRef {
  const current = workspace.vectors.current();
  if (current && (modelId === undefined || current.modelId === modelId)) return current;
  const set =
    modelId === undefined ? undefined : workspace.vectors.list().find((s) => s.modelId === modelId && s.count > 0);
  if (!set)
    throw new EngineError(
      'BAD_INPUT',
      modelId === undefined && workspace.vectors.list().every(({ count }) => count === 0)
        ? 'no clip is embedded yet'
        : `no clip is embedded with the model ${modelId ?? workspace.vectors.modelId()}`,
      { hint: 'Embed the collection first, or use a model it is embedded with.' },
    );
  return { setId: set.id, modelId: set.modelId, dim: set.dim };
}

/** Where the vectors of some clips lie, per space: a worker reads them. */
export function placesOfClips(
  { workspace }: Pick<EngineContext, 'workspace'>,
  { setId }: EmbeddingSetRef,
  clipIds: readonly number[],
): Record<Space, VectorRows> {
  return Object.fromEntries(spaces.map((space) => [space, workspace.vectors.places(setId, space, clipIds)])) as Record<
    Space,
    VectorRows
  >;
}

/** All embedded clips of a set, in id order. */
export const embeddedClips = ({ workspace }: EngineContext, { setId }: EmbeddingSetRef): number[] =>
  [...workspace.vectors.matrix(setId, 'joint').clipIds].filter((id) => id > 0).toSorted((a, b) => a - b);

/** At most `most` of them, evenly spread: enough for means and deviations. */
export function evenSample(clipIds: readonly number[], most = 2000): number[] {
  if (clipIds.length <= most) return [...clipIds];
  return Array.from({ length: most }, (_, i) => clipIds[Math.floor((i * clipIds.length) / most)]!);
}
