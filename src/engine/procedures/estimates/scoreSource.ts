// The scores that an audit is stratified by: a classifier's probabilities, or the best proposal of a detector in each clip.
import { EngineError } from '../../../shared/engineError.ts';
import type { AuditDesign } from '../../../shared/contract/estimate.ts';
import type { Workspace } from '../../collection/workspace.ts';

export interface ScoreSource {
  kind: 'classifier' | 'detector';
  id: number;
}
export interface SourceScores {
  name: string;
  version: string;
  /** By clip; clips without a score are absent. */
  scores: Map<number, number>;
}

const notOfClass = (kind: string, name: string): EngineError =>
  new EngineError('BAD_INPUT', `the ${kind} ${name} was not trained for this class`, {
    field: 'source',
    hint: `Choose one that was, or train one with this class first.`,
  });

function classifierScores(workspace: Workspace, classifierId: number, classId: number): SourceScores {
  const classifier = workspace.classifiers.get(classifierId);
  if (!classifier)
    throw new EngineError('NOT_FOUND', `there is no classifier ${classifierId}`, {
      field: 'source',
      hint: 'Train one first: cavmae finetune.',
    });
  const column = classifier.classes.findIndex((one) => one.classId === classId);
  if (column === -1) throw notOfClass('classifier', classifier.name);
  const { clipIds, probabilities } = workspace.classifiers.predictions(classifierId);
  if (clipIds.length === 0)
    throw new EngineError('BAD_INPUT', `the classifier ${classifier.name} has not said anything of the clips yet`, {
      field: 'source',
      hint: `Let it look at them first: cavmae predict --classifier ${classifierId}, or "Predict" in the window.`,
    });
  const width = classifier.classes.length;
  const scores = new Map(Array.from(clipIds, (clipId, i) => [clipId, probabilities[i * width + column]!]));
  return { name: classifier.name, version: classifier.createdAt, scores };
}

function detectorScores(workspace: Workspace, detectorId: number, classId: number): SourceScores {
  const detector = workspace.detectors.get(detectorId);
  if (!detector.classes.some((one) => one.classId === classId)) throw notOfClass('detector', detector.name);
  const scores = workspace.detectors.clipScores(detectorId, classId);
  if ([...scores.values()].every((score) => score === 0))
    throw new EngineError('BAD_INPUT', `the detector ${detector.name} has proposed no event of this class`, {
      field: 'source',
      hint: `Let it look at the recordings first: cavmae events detect --detector ${detectorId}, or "Find events" in the window.`,
    });
  return { name: detector.name, version: workspace.detectors.version(detectorId), scores };
}

/** @throws NOT_FOUND, or BAD_INPUT where the source does not know the class or has not looked at the clips */
export const sourceScores = (workspace: Workspace, { kind, id }: ScoreSource, classId: number): SourceScores =>
  kind === 'classifier' ? classifierScores(workspace, id, classId) : detectorScores(workspace, id, classId);

/** What has become of the classifier or detector of an audit since it was started. */
export function sourceNow(workspace: Workspace, { source }: AuditDesign): 'present' | 'changed' | 'removed' {
  const version =
    source.kind === 'classifier'
      ? workspace.classifiers.get(source.id)?.createdAt
      : workspace.detectors.list().some(({ id }) => id === source.id)
        ? workspace.detectors.version(source.id)
        : undefined;
  return version === undefined ? 'removed' : version === source.version ? 'present' : 'changed';
}
