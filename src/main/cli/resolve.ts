// What a person names on the command line, found in the workspace: clips, schemas, classifiers, models.
import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { EngineError } from '../../shared/engineError.ts';
import type { LabelSchema } from '../../shared/contract/annotation.ts';
import type { Clip } from '../../shared/contract/clip.ts';
import type { Classifier } from '../../shared/contract/model.ts';
import type { Client, Session } from './session.ts';

const wholeNumber = (text: string): number | null => (/^[1-9]\d*$/.test(text) ? Number(text) : null);

const isFile = (name: string): boolean => existsSync(name) && statSync(name).isFile();

/**
 * A clip of the collection by its number, its file's path or its name; null when there is none. Of a long file, its
 * first clip.
 */
export async function findClip(
  { client, engine }: Pick<Session, 'client' | 'engine'>,
  name: string,
): Promise<Clip | null> {
  const clipId = wholeNumber(name);
  if (clipId !== null) return (await client.clips.byIds({ clipIds: [clipId] })).rows[0] ?? null;
  const { media } = engine.context.workspace;
  const known = media.known(path.resolve(name)) ?? (isFile(name) ? media.known(realpathSync(name)) : null);
  if (known) return (await client.clips.list({ filter: { mediaIds: [known.id] }, limit: 1 })).rows[0] ?? null;
  const { rows } = await client.clips.list({ filter: { text: path.basename(name) }, limit: 5000 });
  return rows.find((clip) => clip.path === name || clip.name === name) ?? null;
}

/** @throws NOT_FOUND */
export async function clipOf(session: Pick<Session, 'client' | 'engine'>, name: string): Promise<Clip> {
  const clip = await findClip(session, name);
  if (!clip)
    throw new EngineError('NOT_FOUND', `there is no clip ${name} in this workspace`, {
      hint: 'cavmae clips lists them; cavmae import adds files.',
    });
  return clip;
}

/** A clip of the collection, else a file on disk. @throws NOT_FOUND */
export async function clipOrFile(
  session: Pick<Session, 'client' | 'engine'>,
  name: string,
): Promise<{ clip: Clip } | { file: string }> {
  const clip = await findClip(session, name);
  if (clip) return { clip };
  if (isFile(name)) return { file: path.resolve(name) };
  throw new EngineError('NOT_FOUND', `${name} is neither a clip of this workspace nor a file`, { path: name });
}

/**
 * A schema by number or name; without a name the only one there is.
 * @throws NOT_FOUND, or BAD_INPUT where one must be named
 */
export async function schemaOf(client: Client, name: string | undefined): Promise<LabelSchema> {
  const schemas = await client.schemas.list({});
  const named =
    name === undefined
      ? schemas.length === 1
        ? schemas[0]
        : undefined
      : schemas.find((schema) => schema.name === name || schema.id === wholeNumber(name));
  if (named) return named;
  const there =
    schemas.length > 0
      ? `there are: ${schemas.map((schema) => schema.name).join(', ')}`
      : 'there are none; cavmae labels import or labels set makes one';
  throw new EngineError(
    name === undefined ? 'BAD_INPUT' : 'NOT_FOUND',
    name === undefined ? `name the schema with --schema; ${there}` : `there is no schema ${name}; ${there}`,
    { field: 'schema' },
  );
}

/** @throws NOT_FOUND, or BAD_INPUT where one must be named */
export async function classifierOf(client: Client, name: string | undefined): Promise<Classifier> {
  const classifiers = await client.classifiers.list({});
  const named =
    name === undefined
      ? (classifiers.find((one) => one.current) ?? (classifiers.length === 1 ? classifiers[0] : undefined))
      : classifiers.find((one) => one.id === wholeNumber(name) || one.name === name);
  if (named) return named;
  const there =
    classifiers.length > 0
      ? `there are: ${classifiers.map((one) => `${one.id} (${one.name})`).join(', ')}`
      : 'there are none; cavmae finetune trains one';
  throw new EngineError(
    name === undefined ? 'BAD_INPUT' : 'NOT_FOUND',
    name === undefined ? `name the classifier with --classifier; ${there}` : `there is no classifier ${name}; ${there}`,
    { field: 'classifier' },
  );
}

interface KnownFile {
  modelId: string;
  size: number;
  modifiedMs: number;
}

/**
 * Without a name the workspace's current model. A catalogue id as it is; a checkpoint file becomes a model of the
 * workspace's catalogue, once as long as it does not change.
 * @throws NOT_FOUND
 */
export async function modelOf(
  { client, engine }: Pick<Session, 'client' | 'engine'>,
  name: string | undefined,
): Promise<string> {
  if (name === undefined) return engine.context.workspace.vectors.modelId();
  const models = await client.models.list({});
  if (name.startsWith('random:') || models.some((model) => model.id === name)) return name;
  const file = path.resolve(name);
  if (!isFile(file))
    throw new EngineError('NOT_FOUND', `there is no model ${name}`, {
      field: 'model',
      hint: `Known: ${models.map((model) => model.id).join(', ')}; or name a .safetensors or .pth file.`,
    });
  const { settings } = engine.context.workspace;
  const { size, mtimeMs: modifiedMs } = statSync(file);
  const known = settings.get<KnownFile>(`modelFile:${file}`);
  if (
    known &&
    known.size === size &&
    known.modifiedMs === modifiedMs &&
    models.some((model) => model.id === known.modelId)
  )
    return known.modelId;
  const { id } = await client.models.add({ path: file });
  settings.set(`modelFile:${file}`, { modelId: id, size, modifiedMs } satisfies KnownFile);
  return id;
}
