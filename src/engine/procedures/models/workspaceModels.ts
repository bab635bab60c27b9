// The catalogue as a workspace knows it: names given here, which model is current, what it has embedded, how fast it
// is, and models whose file is gone although something was computed with them.
import type { Model } from '../../../shared/contract/model.ts';
import { listModels, type CatalogueModel } from '../../checkpoint/catalogue/catalogue.ts';
import { officialModel } from '../../checkpoint/catalogue/officialModels.ts';
import { uniqueName } from '../../checkpoint/catalogue/uniqueName.ts';
import { configOfSize } from '../../model/config.ts';
import type { EngineContext } from '../engineContext.ts';
import { storedModelIdOf } from './currentModel.ts';
import { downloadOf } from './downloadJob.ts';
import { estimatedSpeed, measuredSpeed } from './modelSpeed.ts';

type Context = Pick<EngineContext, 'workspace' | 'jobs'>;
type Sets = Model['sets'];

const namesKey = 'modelNames';
type Names = Record<string, string>;

export const givenNames = ({ workspace }: Pick<EngineContext, 'workspace'>): Names =>
  workspace.settings.get<Names>(namesKey) ?? {};

export function giveName(context: Pick<EngineContext, 'workspace'>, modelId: string, name: string | null): void {
  const { [modelId]: _, ...others } = givenNames(context);
  context.workspace.settings.set(namesKey, name === null ? others : { ...others, [modelId]: name });
}

/** A model that is current or has embeddings here, but is not in the catalogue any more. */
function missingModel(id: string, dim: number | null): CatalogueModel {
  return {
    id,
    name: id,
    purpose:
      'Its file is gone. What was computed with it stays; new clips cannot be embedded until the file is added again.',
    origin: 'own',
    variant: 'cav-mae',
    state: 'missing',
    sizeBytes: null,
    parameters: null,
    embedDim: dim,
    audioLength: null,
    imgSize: null,
    normPixLoss: null,
    hasDecoder: false,
    classes: 0,
    trained: true,
    trainedOn: 'unknown',
    licence: 'unknown',
    licenceNote: null,
    citation: null,
    source: null,
    parent: null,
    path: null,
  };
}

/** Embedding sets by the name they are stored under, the one used last or the largest first. */
function setsByModel({ workspace }: Context): Map<string, Sets> {
  const maps = Map.groupBy(workspace.projections.list(), ({ setId }) => setId);
  const sets = workspace.vectors.list().map(({ id, modelId, dim, count, current }) => ({
    modelId,
    current,
    set: { id, dim, clips: count, maps: maps.get(id)?.filter(({ points }) => points > 0).length ?? 0 },
  }));
  return new Map(
    [...Map.groupBy(sets, ({ modelId }) => modelId)].map(([modelId, own]) => [
      modelId,
      own.toSorted((a, b) => Number(b.current) - Number(a.current) || b.set.clips - a.set.clips).map(({ set }) => set),
    ]),
  );
}

const sizesOf = ({ embedDim, audioLength, imgSize }: CatalogueModel) => {
  if (embedDim === null || audioLength === null || imgSize === null) return null;
  const like = configOfSize(embedDim >= 768 ? 'base' : 'small');
  return { ...like, embedDim, audioLength, imgSize };
};

/**
 * Clips per second on this machine: measured, else scaled from another model that was measured; null where none was.
 */
function speedOf(context: Context, model: CatalogueModel, all: readonly CatalogueModel[]): number | null {
  const own = measuredSpeed(context, model.id);
  if (own) return own.clipsPerSecond;
  const sizes = sizesOf(model);
  if (!sizes) return null;
  for (const other of all) {
    const [measured, otherSizes] = [measuredSpeed(context, other.id), sizesOf(other)];
    if (measured && otherSizes) return estimatedSpeed(sizes, { speed: measured.clipsPerSecond, sizes: otherSizes });
  }
  return null;
}

/** Every model of the catalogue, and those that only this workspace still knows. No two have the same name. */
export async function workspaceModels(context: Context): Promise<Model[]> {
  const { workspace } = context;
  const [catalogue, names, sets] = [await listModels(workspace), givenNames(context), setsByModel(context)];
  const current = workspace.vectors.modelId();
  const known = new Set(catalogue.flatMap(({ id }) => [id, storedModelIdOf(context, id)]));
  const gone = [...sets.keys(), current]
    .filter((id, at, ids) => !known.has(id) && !id.startsWith('random:') && ids.indexOf(id) === at)
    .map((id) => missingModel(id, sets.get(id)?.[0]?.dim ?? null));
  const all = [...catalogue, ...gone];
  const clips = workspace.clips.count();
  const taken: string[] = [];
  return all.map((model) => {
    const own = sets.get(storedModelIdOf(context, model.id)) ?? [];
    const missing = clips - (own[0]?.clips ?? 0);
    const speed = speedOf(context, model, all);
    const jobId = model.state === 'not-downloaded' ? (downloadOf(context.jobs, model.name)?.id ?? null) : null;
    const name = uniqueName(names[model.id] ?? model.name, taken);
    taken.push(name);
    return {
      ...model,
      name,
      state: jobId === null ? model.state : 'downloading',
      current: model.id === current,
      clips: own[0]?.clips ?? 0,
      missing,
      sets: own,
      speed: measuredSpeed(context, model.id),
      estimateS: speed === null ? null : missing / speed,
      jobId,
      downloadable: Boolean(officialModel(model.id)?.url) && model.path === null,
    };
  });
}
