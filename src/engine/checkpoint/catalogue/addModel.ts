// A checkpoint file becomes a model of the catalogue: checked, and copied as .safetensors that carries its
// configuration and its name.
import { existsSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import { contentHash } from '../../base/contentHash.ts';
import { convertCheckpoint } from '../convertCheckpoint.ts';
import { familyOfTensors, nearestKind } from '../familyOfTensors.ts';
import { inspectCheckpoint, type CheckpointContents } from '../inspectCheckpoint.ts';
import { officialModel, officialModels, type OfficialModel } from './officialModels.ts';
import { uniqueName } from './uniqueName.ts';
import { verifyRecords } from '../torch/verifyRecords.ts';

const few = (names: readonly string[]): string =>
  `${names.slice(0, 8).join(', ')}${names.length > 8 ? ` and ${names.length - 8} more` : ''}`;

/** The refusal of a checkpoint of another family: what it is, and which kind of CAV-MAE it is nearest to. */
function foreign(path: string, { tensors, problem }: CheckpointContents): EngineError {
  const names = tensors.map(({ name }) => name);
  const [family, nearest] = [familyOfTensors(names), nearestKind(names)];
  const share = nearest.share < 0.01 ? 'no tensor name' : `${Math.round(100 * nearest.share)} % of the tensor names`;
  return new EngineError(
    'CHECKPOINT_MISMATCH',
    `${basename(path)} is ${family ? `a checkpoint of another family, ${family}` : 'no checkpoint that is known here'}. The nearest known is ${nearest.name}, with ${share} in common (${problem})`,
    {
      path,
      hint: 'Add a CAV-MAE checkpoint: pretrained or finetuned, as the reference code saves it, or a .safetensors written here.',
    },
  );
}

/**
 * Refuses a file that is not a complete CAV-MAE. Extra tensors are refused as well, unless `allowExtra`.
 * @throws EngineError CHECKPOINT_MISMATCH naming tensors and both shapes, BAD_INPUT (damaged)
 */
export async function checkModelFile(path: string, allowExtra = false): Promise<CheckpointContents> {
  const contents = await inspectCheckpoint(path);
  const mismatch = (message: string, field?: string): EngineError =>
    new EngineError('CHECKPOINT_MISMATCH', `${basename(path)}: ${message}`, { path, ...(field && { field }) });
  const {
    problem,
    missing,
    unexpected,
    misshapen: [misshapen],
  } = contents;
  if (problem) throw contents.kind === 'unknown' ? foreign(path, contents) : mismatch(problem);
  if (missing.length || (unexpected.length && !allowExtra)) {
    throw mismatch(
      `it does not match a CAV-MAE. Missing: ${few(missing) || 'none'}. Unknown: ${few(unexpected) || 'none'}.`,
      missing[0] ?? unexpected[0],
    );
  }
  if (misshapen)
    throw mismatch(
      `tensor ${misshapen.name} has shape [${misshapen.shape.join(', ')}], the model needs [${misshapen.expected.join(', ')}]`,
      misshapen.name,
    );
  return contents;
}

function freeId(folder: string, name: string): string {
  const slug =
    name
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/[^\w.-]+/g, '-')
      .replaceAll(/^[-.]+|[-.]+$/g, '')
      .slice(0, 60) || 'model';
  const taken = (id: string): boolean =>
    /^(shipped|random-.*)$/.test(id) ||
    officialModel(id) !== undefined ||
    ['.safetensors', '.pth'].some((extension) => existsSync(join(folder, id + extension)));
  for (let n = 1; ; n++) {
    const id = n === 1 ? slug : `${slug}-${n}`;
    if (!taken(id)) return id;
  }
}

/**
 * The official model a file is by its name; the reference calls everyone's own checkpoints `audio_model.…`, so those
 * are nobody's.
 */
export const officialByFileName = (path: string): OfficialModel | undefined =>
  officialModels.find(
    ({ url }) =>
      url !== null && !basename(path).startsWith('audio_model') && new URL(url).pathname.endsWith(`/${basename(path)}`),
  );

/**
 * Puts an official model's file into its place in the catalogue, with what is known of it and the hash it came with.
 * @param sha256 of the file at `path`
 * @throws EngineError BAD_INPUT for another hash than the published one, where one is published, or damaged records;
 * CHECKPOINT_MISMATCH
 */
export async function installOfficial(
  folder: string,
  entry: OfficialModel,
  path: string,
  sha256: string,
  signal?: AbortSignal,
): Promise<void> {
  if (entry.sha256 !== null && sha256 !== entry.sha256)
    throw new EngineError(
      'BAD_INPUT',
      `${basename(path)} is not the published ${entry.name}: its SHA-256 is ${sha256} instead of ${entry.sha256}`,
      { path, hint: 'Get the file from the authors again, or add it under another name.' },
    );
  const contents = await checkModelFile(path, true);
  if (contents.kind !== entry.kind || contents.labelDim !== entry.classes) {
    throw new EngineError(
      'CHECKPOINT_MISMATCH',
      `${basename(path)} is a ${contents.kind} of ${contents.labelDim} classes, ${entry.name} is a ${entry.kind} of ${entry.classes}`,
      { path },
    );
  }
  const count = contents.parameters - contents.unexpectedParameters;
  if (count !== entry.parameters)
    throw new EngineError(
      'CHECKPOINT_MISMATCH',
      `${basename(path)} holds ${count} values, ${entry.name} has ${entry.parameters}`,
      { path },
    );
  await verifyRecords(path, signal);
  await convertCheckpoint(path, join(folder, `${entry.id}.safetensors`), {
    config: { normPixLoss: entry.normPixLoss, ...entry.config },
    drop: contents.unexpected,
    trained: entry.id !== 'vision-mae-start',
    metadata: { name: entry.name, sha256 },
  });
}

/**
 * @param folder the workspace's `models`
 * @param windowS seconds of clips that it is to hear, other than its own: positions are resampled
 * @param taken names of other models; a number tells the new one apart from them
 * @returns the new model's id
 * @throws EngineError CHECKPOINT_MISMATCH, BAD_INPUT, NOT_FOUND, DISK_FULL; the catalogue then stays as it was
 */
export async function addModel(
  folder: string,
  path: string,
  name?: string,
  taken: readonly string[] = [],
  windowS?: number,
): Promise<string> {
  const entry = name === undefined && windowS === undefined ? officialByFileName(path) : undefined;
  if (entry) {
    await installOfficial(folder, entry, path, await contentHash(path));
    return entry.id;
  }
  const contents = await checkModelFile(path);
  await verifyRecords(path);
  const shown = uniqueName(name ?? contents.metadata.name ?? basename(path, extname(path)), taken);
  const id = freeId(folder, shown);
  await convertCheckpoint(path, join(folder, `${id}.safetensors`), {
    metadata: { name: shown, source: path },
    ...(windowS !== undefined && { windowS }),
  });
  return id;
}
