// A run: which shards there are, in which order, and whether it goes on. What is done is told by the done markers alone.
import pLimit from 'p-limit';
import { z } from 'zod';
import { EngineError } from '../../shared/engineError.ts';
import { jsonBytes, type ObjectStore } from './objectStore.ts';
import { digest, recipe, recipeId, type Recipe } from './recipe.ts';
import { shard, type Shard } from './shard.ts';
import { controlKey, manifestKey, recipeKey, runsFolder, shardKey } from './storeLayout.ts';

/** Requests to the store at a time. */
const requests = 16;

export const manifest = z.object({
  version: z.literal(1),
  runId: z.string(),
  setId: z.string(),
  recipe,
  shards: z.array(z.object({ id: z.string(), clips: z.number().int() })),
});
export type Manifest = z.infer<typeof manifest>;

export const runState = z.enum(['running', 'paused', 'cancelled', 'done']);
export type RunState = z.infer<typeof runState>;
const control = z.object({ state: runState });

/** @throws EngineError BAD_INPUT for an object that is not what it should be */
export async function readJson<T>(store: ObjectStore, key: string, schema: z.ZodType<T>): Promise<T | null> {
  const bytes = await store.get(key);
  if (!bytes) return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (thrown) {
    throw new EngineError(
      'BAD_INPUT',
      `${key} in the store is damaged or of another version: ${(thrown as Error).message.slice(0, 200)}`,
      { path: key, hint: 'Use the same version of CAV-MAE Studio on all machines, or another folder of the store.' },
      thrown,
    );
  }
}

export const manifestOf = (of: Recipe, shards: readonly Shard[]): Manifest => {
  const setId = recipeId(of);
  const list = shards.map(({ id, clips }) => ({ id, clips: clips.length }));
  const runId = digest([setId, ...list.map(({ id }) => id)].join('\n')).slice(0, 16);
  return { version: 1, runId, setId, recipe: of, shards: list };
};

/** Shards first, the manifest after them, and the state last: whoever sees a running run finds all of it. */
export async function publishRun(
  store: ObjectStore,
  run: Manifest,
  shards: readonly Shard[],
  onShard: (done: number) => void = () => {},
): Promise<void> {
  const { setId, runId } = run;
  const limit = pLimit(requests);
  let done = 0;
  await store.putIfAbsent(recipeKey(setId), jsonBytes(run.recipe));
  await Promise.all(
    shards.map((one) =>
      limit(async () => {
        await store.putIfAbsent(shardKey(setId, one.id), jsonBytes(one));
        onShard(++done);
      }),
    ),
  );
  await store.putIfAbsent(manifestKey(runId), jsonBytes(run));
  await setRunState(store, runId, 'running');
}

export const setRunState = (store: ObjectStore, runId: string, state: RunState): Promise<void> =>
  store.put(controlKey(runId), jsonBytes({ state }));

/** Null for a run that was not published to its end. */
export const readRunState = async (store: ObjectStore, runId: string): Promise<RunState | null> =>
  (await readJson(store, controlKey(runId), control))?.state ?? null;

/** @throws EngineError NOT_FOUND */
export async function readManifest(store: ObjectStore, runId: string): Promise<Manifest> {
  const found = await readJson(store, manifestKey(runId), manifest);
  if (!found) throw new EngineError('NOT_FOUND', `the store ${store.url} has no run ${runId}`);
  return found;
}

/** @throws EngineError NOT_FOUND */
export async function readShard(store: ObjectStore, setId: string, id: string): Promise<Shard> {
  const found = await readJson(store, shardKey(setId, id), shard);
  if (!found)
    throw new EngineError('NOT_FOUND', `the store ${store.url} has no shard ${id}`, { path: shardKey(setId, id) });
  return found;
}

export async function readShards(store: ObjectStore, { setId, shards }: Manifest): Promise<Shard[]> {
  const limit = pLimit(requests);
  return Promise.all(shards.map(({ id }) => limit(() => readShard(store, setId, id))));
}

/** Runs in these states, in the order of their names. */
export async function runsIn(store: ObjectStore, states: readonly RunState[]): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.list(runsFolder)) {
    if (!key.endsWith('/control.json')) continue;
    const runId = key.split('/')[1]!;
    const state = await readRunState(store, runId);
    if (state && states.includes(state)) found.push(runId);
  }
  return found.toSorted();
}
