// The commands that let other machines work on a run.

const quoted = (text: string): string =>
  /^[\w:/.@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** With a queue: the same command on every machine. Without: an array of tasks, as Slurm's. */
export const workerCommand = (store: string, queue: string | null): string =>
  queue === null
    ? `cavmae embed --shard $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT --store ${quoted(store)}`
    : `cavmae worker --queue ${quoted(queue)} --store ${quoted(store)}`;
