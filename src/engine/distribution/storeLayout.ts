// Where things lie in a store.

// Everything computed by one recipe lies in `sets/ID/`; its parts are a Parquet data set of one schema.
export const recipeKey = (setId: string): string => `sets/${setId}/recipe.json`;
export const shardKey = (setId: string, shardId: string): string => `sets/${setId}/shards/${shardId}.json`;
export const partsFolder = (setId: string): string => `sets/${setId}/parts/`;
export const partKey = (setId: string, shardId: string): string => `${partsFolder(setId)}part-${shardId}.parquet`;
export const doneFolder = (setId: string): string => `sets/${setId}/done/`;
export const doneKey = (setId: string, shardId: string): string => `${doneFolder(setId)}${shardId}.json`;
export const splitFolder = (setId: string): string => `sets/${setId}/splits/`;
export const splitKey = (setId: string, shardId: string): string => `${splitFolder(setId)}${shardId}.json`;
/** One object per start of a shard, removed when the worker puts the shard down again, finished or not. */
export const attemptPrefix = (setId: string, shardId: string): string => `sets/${setId}/attempts/${shardId}.`;

export const runsFolder = 'runs/';
export const manifestKey = (runId: string): string => `runs/${runId}/manifest.json`;
export const controlKey = (runId: string): string => `runs/${runId}/control.json`;
export const workersFolder = 'workers/';
export const workerKey = (workerId: string): string => `workers/${workerId}.json`;
export const clockKey = (who: string): string => `clock/${who}`;
export const modelKey = (hash: string, file: string): string => `models/${hash}/${file}`;

/** `abc` of `sets/x/done/abc.json`. */
export const nameOfKey = (key: string): string => key.slice(key.lastIndexOf('/') + 1).replace(/\.json$/, '');
