// The models there are: shipped, random (for trying things out and for comparison), official, and the user's own in <workspace>/models.
import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { z } from 'zod';
import type { catalogueModel } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { configOfSize, windowOf, type CavMaeConfig } from '../../model/config.ts';
import { inspectCheckpoint, type CheckpointContents } from '../inspectCheckpoint.ts';
import { authorsPage, citation, officialModel, officialModels, type OfficialModel } from './officialModels.ts';
import { parameterCount } from '../parameterCount.ts';
import { resourcesFolder } from './resourcesFolder.ts';

export type CatalogueModel = z.infer<typeof catalogueModel>;
/** What the catalogue needs of an open workspace. */
export interface ModelFolder {
  folder(name: 'models'): string;
}

const shippedPath = join(resourcesFolder, 'models', 'shipped.safetensors');
const extensions = ['.safetensors', '.pth'];

/** `random:SIZE:SEED` → its parts; null for anything else. @throws EngineError BAD_INPUT for a size there is none of */
export function parseRandomModel(resolved: string): { size: string; seed: number } | null {
  const match = /^random:([a-z]+):(\d{1,9})$/.exec(resolved);
  if (!match) return null;
  const [, size = '', seed] = match;
  configOfSize(size);
  return { size, seed: Number(seed) };
}

const fileOf = (folder: string, id: string): string | null =>
  extensions.map((extension) => join(folder, `${id}${extension}`)).find((path) => existsSync(path)) ?? null;

/**
 * Where a model's weights are: the path of a checkpoint, or `random:SIZE:SEED` for freshly initialised weights.
 * @throws EngineError NOT_FOUND, with what to do where it is an official model that was not downloaded
 */
export function resolveModel(workspace: ModelFolder, modelId: string): string {
  if (modelId === 'shipped') return existsSync(shippedPath) ? shippedPath : 'random:small:1';
  if (modelId === 'random-small') return 'random:small:1';
  if (modelId === 'random-base') return 'random:base:1';
  if (parseRandomModel(modelId)) return modelId;
  const path = /^[\w.-]+$/.test(modelId) ? fileOf(workspace.folder('models'), modelId) : null;
  if (path) return path;
  const official = officialModel(modelId);
  if (official)
    throw new EngineError('NOT_FOUND', `the model ${official.name} has not been downloaded`, {
      field: 'modelId',
      hint: 'Download it in the Models panel, or add its file there.',
    });
  throw new EngineError('NOT_FOUND', `there is no model ${modelId}`, {
    field: 'modelId',
    hint: 'Its file may have been moved or removed. Add it again, or use another model.',
  });
}

const sizesOf = (
  config: CavMaeConfig,
): Pick<CatalogueModel, 'audioLength' | 'imgSize' | 'windowS' | 'alignedFrames'> => ({
  audioLength: config.audioLength,
  imgSize: config.imgSize,
  windowS: windowOf(config),
  alignedFrames: config.alignedFrames,
});

function random(id: string, size: 'small' | 'base', name: string, purpose: string): CatalogueModel {
  const config = configOfSize(size);
  return {
    id,
    name,
    purpose,
    origin: id === 'shipped' ? 'shipped' : 'random',
    variant: config.variant,
    state: 'ready',
    sizeBytes: null,
    parameters: parameterCount(config, 'cavmae'),
    embedDim: config.embedDim,
    ...sizesOf(config),
    normPixLoss: config.normPixLoss,
    hasDecoder: true,
    classes: 0,
    trained: false,
    trainedOn: 'nothing',
    licence: 'BSD-2-Clause',
    licenceNote: null,
    citation: null,
    source: null,
    parent: null,
    path: null,
  };
}

// Inspection reads a file's index; unchanged files are not read again.
const inspected = new Map<string, { stamp: string; contents: CheckpointContents | EngineError }>();
async function inspect(path: string): Promise<CheckpointContents | EngineError> {
  const { size, mtimeMs } = statSync(path);
  const stamp = `${size}:${mtimeMs}`;
  const known = inspected.get(path);
  if (known?.stamp === stamp) return known.contents;
  const contents = await inspectCheckpoint(path).catch((thrown: unknown) => EngineError.from(thrown));
  inspected.set(path, { stamp, contents });
  return contents;
}

/** Whether a model, by its path or as `random:…`, pairs each frame with sound of its own, and so wants the sixteen frames of CAV-MAE Sync. */
export async function wantsAlignedFrames(resolved: string): Promise<boolean> {
  if (parseRandomModel(resolved) || !existsSync(resolved)) return false;
  const contents = await inspect(resolved);
  return !(contents instanceof EngineError) && Number(contents.config?.alignedFrames ?? 0) > 0;
}

type Told = Pick<
  CatalogueModel,
  'id' | 'name' | 'purpose' | 'origin' | 'trainedOn' | 'licence' | 'licenceNote' | 'citation' | 'source'
>;

async function ofFile(path: string, told: Told): Promise<CatalogueModel> {
  const contents = await inspect(path);
  const broken = {
    ...told,
    variant: 'cav-mae' as const,
    state: 'broken' as const,
    sizeBytes: statSync(path).size,
    parameters: null,
    embedDim: null,
    audioLength: null,
    imgSize: null,
    windowS: null,
    alignedFrames: null,
    normPixLoss: null,
    hasDecoder: false,
    classes: 0,
    trained: false,
    parent: null,
    path,
  };
  if (contents instanceof EngineError) return { ...broken, purpose: contents.message };
  const config = contents.config as CavMaeConfig | null;
  const why =
    contents.problem ??
    (contents.missing.length ? `It lacks ${contents.missing.length} tensors, first ${contents.missing[0]}.` : null) ??
    (contents.misshapen[0] ? `Tensor ${contents.misshapen[0].name} has a wrong shape.` : null);
  if (!config || why) return { ...broken, parameters: contents.parameters, purpose: why ?? told.purpose };
  return {
    ...told,
    variant: config.variant,
    state: 'ready',
    sizeBytes: contents.sizeBytes,
    parameters: contents.parameters,
    embedDim: config.embedDim,
    ...sizesOf(config),
    normPixLoss: config.normPixLoss,
    hasDecoder: contents.kind === 'cavmae',
    classes: contents.labelDim,
    trained: contents.trained ?? true,
    parent: contents.parent,
    path,
  };
}

async function shipped(): Promise<CatalogueModel> {
  if (!existsSync(shippedPath))
    return random(
      'shipped',
      'small',
      'Small CAV-MAE, randomly initialised',
      'Stands in until a trained small model ships: its map shows raw structure of sound and picture, nothing learnt.',
    );
  return ofFile(shippedPath, {
    id: 'shipped',
    name: 'Small CAV-MAE',
    purpose: 'Ships with the application; pretrained on its own demo collection.',
    origin: 'shipped',
    trainedOn: 'drawn',
    licence: 'BSD-2-Clause',
    licenceNote: null,
    citation,
    source: null,
  });
}

async function official(entry: OfficialModel, folder: string): Promise<CatalogueModel> {
  const { id, name, purpose, kind, classes, parameters, normPixLoss, url, trainedOn, licence, licenceNote } = entry;
  const told: Told = {
    id,
    name,
    purpose,
    origin: 'official',
    trainedOn,
    licence,
    licenceNote,
    citation: entry.citation ?? citation,
    source: url ?? `${authorsPage} (no link of its own; add the file)`,
  };
  const path = fileOf(folder, id);
  if (path) {
    const model = await ofFile(path, told);
    return { ...model, normPixLoss, trained: id !== 'vision-mae-start', verified: await verifiedBy(path, entry) };
  }
  const config = { ...configOfSize('base'), ...entry.config };
  return {
    ...told,
    variant: 'cav-mae',
    state: 'not-downloaded',
    sizeBytes: parameters * 4,
    parameters,
    embedDim: config.embedDim,
    ...sizesOf(config),
    normPixLoss,
    hasDecoder: kind === 'cavmae',
    classes,
    trained: id !== 'vision-mae-start',
    parent: null,
    path: null,
  };
}

/** Null for a file of an earlier version, which did not keep the hash. */
async function verifiedBy(path: string, { sha256 }: OfficialModel): Promise<CatalogueModel['verified']> {
  const contents = await inspect(path);
  const came = contents instanceof EngineError ? undefined : contents.metadata.sha256;
  return came === undefined ? null : { sha256: came, published: came === sha256 };
}

/** Own files carry their name, purpose and origin in their metadata. */
async function own(path: string, id: string): Promise<CatalogueModel> {
  const contents = await inspect(path);
  const metadata = contents instanceof EngineError ? {} : contents.metadata;
  return ofFile(path, {
    id,
    name: metadata.name ?? id,
    purpose: metadata.purpose ?? 'Your own checkpoint.',
    origin: 'own',
    trainedOn: 'unknown',
    licence: metadata.licence ?? 'yours',
    licenceNote: null,
    citation: null,
    source: metadata.source ?? null,
  });
}

export async function listModels(workspace: ModelFolder): Promise<CatalogueModel[]> {
  const folder = workspace.folder('models');
  const files = (await readdir(folder).catch(() => [])).filter((name) => extensions.includes(extname(name)));
  const owned = files
    .map((name) => ({ path: join(folder, name), id: name.slice(0, -extname(name).length) }))
    .filter(({ id }) => !officialModel(id))
    .sort((a, b) => a.id.localeCompare(b.id));
  return [
    await shipped(),
    random('random-small', 'small', 'Small, random weights', 'For comparison: what an untrained small model sees.'),
    random(
      'random-base',
      'base',
      "The paper's size, random weights",
      'For comparison and for timing: what an untrained model of full size sees.',
    ),
    ...(await Promise.all(officialModels.map((entry) => official(entry, folder)))),
    ...(await Promise.all(owned.map(({ path, id }) => own(path, id)))),
  ];
}
