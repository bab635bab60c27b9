// Two classifiers side by side: where they agree over the collection, which clips changed sides, and who is right on
// labels that neither was fitted on.
import type { ClassifierComparison } from '../../../shared/contract/learning.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { argMax } from '../../training/metrics/argMax.ts';
import { embeddedClips, embeddingSetOf } from '../maps/embeddingRows.ts';
import type { EngineContext } from '../engineContext.ts';
import { readCard } from './learningRecord.ts';
import { predictHeadFile } from './predictJob.ts';
import { trainedClipsKey } from './trainedClips.ts';

/** What one side says: the likeliest class of each clip, and the clips it was fitted on. */
interface Side {
  top: Map<number, number>;
  fitted: ReadonlySet<number>;
}

const chunkSize = 2000;
/** Clips named per change of sides. */
const namedClips = 2000;

function sideOf(
  clipIds: ArrayLike<number>,
  probabilities: Float32Array,
  classIds: readonly number[],
  top = new Map<number, number>(),
): Map<number, number> {
  for (let n = 0; n < clipIds.length; n++)
    if (!Number.isNaN(probabilities[n * classIds.length]!))
      top.set(clipIds[n]!, classIds[argMax(probabilities, n * classIds.length, classIds.length)]!);
  return top;
}

/** By its stored predictions. Throws BAD_INPUT where there are none. */
export function storedSide({ workspace }: EngineContext, classifierId: number): Side {
  const classifier = workspace.classifiers.get(classifierId);
  if (!classifier)
    throw new EngineError('NOT_FOUND', `there is no classifier ${classifierId}`, { field: 'classifierId' });
  const { clipIds, probabilities } = workspace.classifiers.predictions(classifierId);
  if (!clipIds.length)
    throw new EngineError('BAD_INPUT', `“${classifier.name}” has predicted nothing yet`, {
      hint: 'Run its predictions first.',
    });
  return {
    top: sideOf(
      clipIds,
      probabilities,
      classifier.classes.map((one) => one.classId),
    ),
    fitted: new Set(workspace.settings.get<number[]>(trainedClipsKey(classifierId)) ?? []),
  };
}

/** By the kept weights of an automatic refit, predicted now. */
export async function keptSide(context: EngineContext, file: string, signal?: AbortSignal): Promise<Side> {
  const card = readCard(file);
  const set = embeddingSetOf(context, card.modelId);
  const clipIds = embeddedClips(context, set);
  const top = new Map<number, number>();
  for (let from = 0; from < clipIds.length; from += chunkSize) {
    signal?.throwIfAborted();
    const part = clipIds.slice(from, from + chunkSize);
    sideOf(
      part,
      (await predictHeadFile(context, file, set, part)).probabilities,
      card.classes.map((one) => one.classId),
      top,
    );
  }
  return { top, fitted: new Set(card.trainedClips) };
}

export function compareSides(
  { workspace }: EngineContext,
  schemaId: number,
  one: Side,
  other: Side,
): ClassifierComparison {
  const changes = new Map<string, { from: number; to: number; count: number; clipIds: number[] }>();
  let [clips, agree] = [0, 0];
  for (const [clipId, from] of one.top) {
    const to = other.top.get(clipId);
    if (to === undefined) continue;
    clips++;
    if (from === to) {
      agree++;
      continue;
    }
    const change = changes.get(`${from} ${to}`) ?? { from, to, count: 0, clipIds: [] };
    change.count++;
    if (change.clipIds.length < namedClips) change.clipIds.push(clipId);
    changes.set(`${from} ${to}`, change);
  }
  const truth = new Map<number, Set<number>>();
  for (const { clipId, classId, value } of workspace.annotations.labelled(schemaId)) {
    if (
      value !== 'positive' ||
      one.fitted.has(clipId) ||
      other.fitted.has(clipId) ||
      !one.top.has(clipId) ||
      !other.top.has(clipId)
    )
      continue;
    truth.set(clipId, (truth.get(clipId) ?? new Set()).add(classId));
  }
  const right = (side: Side): number =>
    [...truth].filter(([clipId, classIds]) => classIds.has(side.top.get(clipId)!)).length;
  return {
    clips,
    agree,
    changes: [...changes.values()].sort((a, b) => b.count - a.count || a.from - b.from),
    unseen: { clips: truth.size, one: right(one), other: right(other) },
  };
}
