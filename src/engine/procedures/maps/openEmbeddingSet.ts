// Which embedding set a job adds to, and what computes it. A set never mixes precisions: one that holds vectors keeps
// its own; a new one takes what is asked for or what is fastest here and agrees with float32.
import type { DeviceWish, ExtractionChoice, PrecisionWish } from '../../../shared/contract/extraction.ts';
import type { EmbeddingSet } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { ExtractionWish } from '../../extraction/extractionRuntime.ts';
import type { EngineContext } from '../engineContext.ts';
import { encoderFolder } from './encoderFolder.ts';

export interface EmbeddingWish {
  modelId: string;
  /** A checkpoint's path, or `random:SIZE:SEED`. */
  model: string;
  /** What the set is named by. */
  name: string;
  frames: number;
  extraction: ExtractionWish | undefined;
  precision: PrecisionWish;
  device: DeviceWish;
}

export interface OpenSet {
  setId: number;
  choice: ExtractionChoice;
  notice: string | null;
}

/** Clips that a choice is made by. */
export const clipsToChooseBy = 24;

/**
 * The set with vectors that a job of this wish goes on with: the current one before others, then the one that holds
 * most.
 */
export function setToContinue(
  { workspace }: Pick<EngineContext, 'workspace'>,
  { name, precision }: Pick<EmbeddingWish, 'name' | 'precision'>,
): EmbeddingSet | null {
  const sets = workspace.vectors
    .list()
    .filter((set) => set.modelId === name && set.count > 0 && (precision === 'auto' || set.precision === precision));
  return sets.toSorted((a, b) => Number(b.current) - Number(a.current) || b.count - a.count)[0] ?? null;
}

/**
 * Opens the model in the compute worker, and the set.
 * @param inputs input files of the first clips, which the choice is made by
 * @throws EngineError BACKEND_UNAVAILABLE where what the set or the wish needs cannot be had; what opening a model
 * throws
 */
export async function openEmbeddingSet(
  context: EngineContext,
  wish: EmbeddingWish,
  inputs: readonly string[],
  signal: AbortSignal,
): Promise<OpenSet> {
  const { workspace, compute } = context;
  const { model, name, frames, extraction, device } = wish;
  const graphs = encoderFolder(workspace);
  const existing = setToContinue(context, wish);
  const choice: ExtractionChoice =
    existing && device === 'auto'
      ? {
          precision: existing.precision,
          device: existing.device ?? 'cpu',
          agreement: existing.agreement,
          reason: existing.reason ?? 'the vectors that are there were computed so',
        }
      : await compute.calls.chooseExtraction(
          {
            model,
            graphs,
            extraction,
            frames,
            device,
            inputs: [...inputs],
            precision: existing?.precision ?? wish.precision,
          },
          { signal },
        );
  const how = { model, graphs, extraction, precision: choice.precision, device: choice.device };
  const opened = await compute.calls.embeddingDim(how, { signal });
  if (opened.precision !== choice.precision && existing)
    throw new EngineError(
      'BACKEND_UNAVAILABLE',
      `the embeddings of this model are ${existing.precision}, which cannot be computed here: ${opened.notice ?? `${opened.runtime} was asked for`}`,
      { hint: `Use --precision ${opened.precision} for a second set, or another workspace.` },
    );
  const { setId } = workspace.vectors.set(name, opened.dim, opened.precision);
  if (wish.modelId === workspace.vectors.modelId()) workspace.vectors.adopt(setId);
  const taken: ExtractionChoice =
    opened.precision === choice.precision && opened.device === choice.device
      ? choice
      : { precision: opened.precision, device: opened.device, agreement: null, reason: opened.notice ?? choice.reason };
  workspace.vectors.describe(setId, taken);
  return { setId, choice: taken, notice: opened.notice };
}
