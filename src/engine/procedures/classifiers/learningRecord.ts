// What is remembered of a schema's automatic refits: how far the journal was read, which classifier stands for them,
// and the learning curve. The weights of the last refits are kept as files, so that one can go back to any of them
// without piling up classifiers.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Classifier, Metrics } from '../../../shared/contract/model.ts';
import type { LearningPoint } from '../../../shared/contract/learning.ts';
import { siblingFile } from '../../training/head/classifierSpaces.ts';
import type { EngineContext } from '../engineContext.ts';

type Context = Pick<EngineContext, 'workspace'>;
/** `id`: the job that made it. */
type StoredPoint = Omit<LearningPoint, 'restorable' | 'classifierId'>;
interface LearningRecord {
  seq: number;
  automaticId: number | null;
  jobId: number | null;
  points: StoredPoint[];
}
/** All that a classifier row needs, beside its weights. */
interface RefitCard {
  modelId: string;
  classes: Classifier['classes'];
  metrics: Metrics;
  epochs: number;
  trainedClips: number[];
}

export const automaticName = 'Automatic';
export const refitEvery = 12;
const enabledKey = 'learning.automatic';
const keptFiles = 40;
const keptPoints = 400;

const keyOf = (schemaId: number): string => `learning:${schemaId}`;
export const readRecord = ({ workspace }: Context, schemaId: number): LearningRecord => ({
  seq: 0,
  automaticId: null,
  jobId: null,
  points: [],
  ...workspace.settings.get<LearningRecord>(keyOf(schemaId)),
});
export const changeRecord = (context: Context, schemaId: number, change: Partial<LearningRecord>): void =>
  context.workspace.settings.set(keyOf(schemaId), { ...readRecord(context, schemaId), ...change });

export const automaticEnabled = ({ workspace }: Context): boolean =>
  workspace.settings.get<boolean>(enabledKey) ?? true;
export const enableAutomatic = ({ workspace }: Context, enabled: boolean): void =>
  workspace.settings.set(enabledKey, enabled);

export const refitFile = ({ workspace }: Context, schemaId: number, pointId: number): string =>
  `${workspace.folder('classifiers')}/automatic-${schemaId}-${pointId}.safetensors`;
const cardFile = (file: string): string => file.replace(/\.safetensors$/, '.json');
export const writeCard = (file: string, card: RefitCard): void => writeFileSync(cardFile(file), JSON.stringify(card));
export const readCard = (file: string): RefitCard => JSON.parse(readFileSync(cardFile(file), 'utf8')) as RefitCard;
export const isKept = (file: string): boolean => existsSync(file) && existsSync(cardFile(file));

/** The classifier whose weights lie in `file`. */
export const classifierOfFile = ({ workspace }: Context, file: string): number | null =>
  workspace.classifiers.list().find(({ id }) => workspace.classifiers.get(id)!.checkpointFile === file)?.id ?? null;

/** Whether nobody chose this classifier: it came of a refit and was not renamed, which is how one keeps it. */
export function isAutomatic({ workspace }: Context, classifierId: number): boolean {
  const classifier = workspace.classifiers.get(classifierId);
  return (
    classifier?.name === automaticName &&
    basename(classifier.checkpointFile).startsWith(`automatic-${classifier.schemaId}-`)
  );
}

/** Adds a point to the curve and deletes the weights of those long past that no classifier uses. */
export function addPoint(context: Context, schemaId: number, point: StoredPoint): void {
  const points = [...readRecord(context, schemaId).points.filter(({ id }) => id !== point.id), point].slice(
    -keptPoints,
  );
  changeRecord(context, schemaId, { points });
  for (const { id } of points.slice(0, -keptFiles)) {
    const file = refitFile(context, schemaId, id);
    if (!isKept(file) || classifierOfFile(context, file) !== null) continue;
    for (const space of ['joint', 'audio', 'visual'] as const) context.workspace.discard(siblingFile(file, space));
    context.workspace.discard(cardFile(file));
  }
}
