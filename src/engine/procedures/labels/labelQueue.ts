// What to label next, each clip with why it is there.
import { percentText } from '../../../shared/percentText.ts';
import type { InferContractRouterInputs } from '@orpc/contract';
import type { contract } from '../../../shared/contract/index.ts';
import type { Classifier } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { disagreementQueue } from './disagreementQueue.ts';
import { embeddingSetOf } from '../maps/embeddingRows.ts';
import type { EngineContext } from '../engineContext.ts';
import type { QueuedClip } from './queuedClip.ts';
import { schemaLabels, type SchemaLabels } from './labelledClips.ts';
import { matrixFile } from '../maps/matrixFiles.ts';
import { mislabelledQueue } from './mislabelledQueue.ts';

type QueueInput = Required<Pick<InferContractRouterInputs<typeof contract>['search']['queue'], 'kind' | 'schemaId'>> & {
  classId?: number | undefined;
  limit: number;
};
interface Question {
  context: EngineContext;
  schema: SchemaLabels;
  input: QueueInput;
  signal: AbortSignal | undefined;
}

const nameOf = ({ classes }: SchemaLabels, index: number): string => classes[index]?.name ?? `class ${index}`;
const options = (signal: AbortSignal | undefined) => (signal ? { signal } : {});

/** Throws BAD_INPUT where the queue lacks what it rests on, with what to do. */
export async function labelQueue(
  context: EngineContext,
  input: QueueInput,
  signal?: AbortSignal,
): Promise<QueuedClip[]> {
  const question: Question = { context, schema: schemaLabels(context, input.schemaId), input, signal };
  return queues[input.kind](question);
}

function positives({ labelled }: SchemaLabels): number {
  return labelled.positive.reduce((sum, one) => sum + one, 0);
}

function needLabels(schema: SchemaLabels): void {
  if (positives(schema) === 0)
    throw new EngineError('BAD_INPUT', 'no clip is labelled in this schema yet', {
      field: 'schemaId',
      hint: 'Label a few clips from the “diverse” queue first.',
    });
}

const queues: Record<QueueInput['kind'], (question: Question) => Promise<QueuedClip[]>> = {
  async diverse({ context, schema, input, signal }) {
    const { setId } = embeddingSetOf(context);
    const found = await context.projection.calls.diverse(
      { matrix: matrixFile(context, setId, 'joint'), labelled: schema.labelled, limit: input.limit },
      options(signal),
    );
    const far = positives(schema) > 0 ? 'unlike everything labelled so far' : 'unlike the others in this queue';
    return found.map(({ clipId, score, typicality }) => ({
      clipId,
      score,
      reason: `${typicality >= 0.5 ? 'Typical' : 'Unusual'}: ${far}, denser than ${percentText(typicality)} of the clips`,
    }));
  },

  async uncertain({ context, schema, input, signal }) {
    const { setId } = embeddingSetOf(context);
    const classifier = currentOf(context, input.schemaId);
    const uncertainties = classifier ? uncertaintiesOf(context, classifier.id) : null;
    if (!uncertainties) needLabels(schema);
    const found = await context.projection.calls.uncertain(
      { matrix: matrixFile(context, setId, 'joint'), labelled: schema.labelled, uncertainties, limit: input.limit },
      options(signal),
    );
    const whose = uncertainties ? `“${classifier!.name}” is` : 'the labelled clips nearby are';
    return found.map(({ clipId, score }) => ({
      clipId,
      score,
      reason: `Unsure: ${whose} ${percentText(score)} undecided`,
    }));
  },

  async disagreement({ context, schema, input, signal }) {
    needLabels(schema);
    return disagreementQueue({
      context,
      schema,
      classifier: currentOf(context, input.schemaId),
      limit: input.limit,
      signal,
    });
  },

  async mislabelled({ context, schema, input, signal }) {
    needLabels(schema);
    return mislabelledQueue({ context, schema, schemaId: input.schemaId, limit: input.limit, signal });
  },

  async rare({ context, schema, input, signal }) {
    needLabels(schema);
    const classIndex = rareClass(schema, input.classId);
    const { setId } = embeddingSetOf(context);
    const found = await context.projection.calls.rare(
      { matrix: matrixFile(context, setId, 'joint'), labelled: schema.labelled, classIndex, limit: input.limit },
      options(signal),
    );
    return found.map(({ clipId, score, share }) => ({
      clipId,
      score,
      reason: `${nameOf(schema, classIndex)}? ${percentText(share)} of the labelled clips around it`,
    }));
  },

  async suspect({ context, schema, input }) {
    return byColumn(
      context,
      schema,
      input.limit,
      'correspondencePercentile',
      1,
      'Compute the correspondence scores first.',
      (value) => ({
        score: 1 - value / 100,
        reason: `its sound fits its picture worse than ${percentText(1 - value / 100)} of shuffled pairs do`,
      }),
    );
  },

  async anomaly({ context, schema, input }) {
    return byColumn(
      context,
      schema,
      input.limit,
      'error',
      -1,
      'Compute the reconstruction errors first.',
      (value, rank) => ({
        score: value,
        reason: `the model reconstructs it badly (error ${value.toFixed(3)}, rank ${rank + 1})`,
      }),
    );
  },
};

/** The classifier in use, where it is of this schema. */
function currentOf({ workspace }: EngineContext, schemaId: number): Classifier | null {
  const classifierId = workspace.classifiers.current();
  const classifier = classifierId === null ? null : workspace.classifiers.get(classifierId);
  return classifier?.schemaId === schemaId ? classifier : null;
}

function uncertaintiesOf(
  { workspace }: EngineContext,
  classifierId: number,
): { clipIds: Int32Array; values: Float32Array } | null {
  const { clipIds, columns } = workspace.clips.columns(['uncertainty'], { classifierId });
  const known = clipIds.flatMap((clipId, i) =>
    typeof columns.uncertainty![i] === 'number' ? [{ clipId, value: columns.uncertainty![i] }] : [],
  );
  return known.length > 0
    ? {
        clipIds: Int32Array.from(known, ({ clipId }) => clipId),
        values: Float32Array.from(known, ({ value }) => value),
      }
    : null;
}

/** The class asked for, else the one with the fewest labels of those that have any. */
function rareClass({ classes, labelled }: SchemaLabels, classId: number | undefined): number {
  const counts = classes.map(() => 0);
  labelled.classIndexes.forEach((index, i) => {
    counts[index]! += labelled.positive[i]!;
  });
  if (classId !== undefined) {
    const asked = classes.findIndex((one) => one.classId === classId);
    if (asked < 0)
      throw new EngineError('NOT_FOUND', `there is no class ${classId} in this schema`, { field: 'classId' });
    if (counts[asked] === 0)
      throw new EngineError('BAD_INPUT', `no clip is labelled ${classes[asked]!.name} yet`, {
        field: 'classId',
        hint: 'Label at least one clip of this class.',
      });
    return asked;
  }
  return counts.reduce(
    (rarest, count, index) => (count > 0 && (counts[rarest] === 0 || count < counts[rarest]!) ? index : rarest),
    0,
  );
}

/** The extreme clips of a score column that nobody has labelled yet; `direction` 1: smallest first. */
function byColumn(
  { workspace }: EngineContext,
  { labelled }: SchemaLabels,
  limit: number,
  name: 'correspondencePercentile' | 'error',
  direction: 1 | -1,
  hint: string,
  tell: (value: number, rank: number) => { score: number; reason: string },
): QueuedClip[] {
  const { clipIds, columns } = workspace.clips.columns([name]);
  const spoken = new Set(labelled.clipIds);
  const known = clipIds.flatMap((clipId, i) =>
    typeof columns[name]![i] === 'number' ? [{ clipId, value: columns[name]![i] }] : [],
  );
  if (known.length === 0) throw new EngineError('BAD_INPUT', 'the clips have no such scores yet', { hint });
  return known
    .filter(({ clipId }) => !spoken.has(clipId))
    .sort((p, q) => direction * (p.value - q.value) || p.clipId - q.clipId)
    .slice(0, limit)
    .map(({ clipId, value }, rank) => ({ clipId, ...tell(value, rank) }));
}
