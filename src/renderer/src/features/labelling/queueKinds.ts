// The queues the engine can make, in the order a person would use them, and what each rests on.
import type { QueueKind } from '../../../../shared/contract/queueKind.ts';
/** What must be there before a queue can be made. */
export type QueueNeed = 'embeddings' | 'labels' | 'class' | 'examples' | 'correspondence' | 'errors';

/** `labels`: it rests on labels. `ofLabelled`: its clips have one already. */
interface QueueInfo {
  value: QueueKind;
  label: string;
  about: string;
  emptyText: string;
  labels: boolean;
  ofLabelled?: true;
  scores?: 'correspondence' | 'errors';
}
export const queueKinds: QueueInfo[] = [
  {
    value: 'diverse',
    label: 'Typical and varied',
    about: 'Covers the collection: best to begin with.',
    emptyText: 'Every part of the collection has labels. Embed more clips, or try another queue.',
    labels: false,
  },
  {
    value: 'uncertain',
    label: 'Uncertain',
    about: 'Where the classifier hesitates most, each unlike the next.',
    emptyText: 'The classifier is sure of every clip that has no label.',
    labels: true,
  },
  {
    value: 'disagreement',
    label: 'Sound ≠ picture',
    about: 'Sounds like one class, looks like another.',
    emptyText: 'Sound and picture say the same of every clip without a label.',
    labels: true,
  },
  {
    value: 'mislabelled',
    label: 'Likely mislabelled',
    about: 'Labels that the labelled clips around them contradict.',
    emptyText: 'No label is contradicted.',
    labels: true,
    ofLabelled: true,
  },
  {
    value: 'rare',
    label: 'Rare class',
    about: 'Most like one class of your choice.',
    emptyText: 'No unlabelled clip is like this class.',
    labels: true,
  },
  {
    value: 'suspect',
    label: 'Sound does not fit',
    about: 'Dubbed, muted or mismatched clips.',
    emptyText: 'Every suspicious clip has a label.',
    labels: false,
    scores: 'correspondence',
  },
  {
    value: 'anomaly',
    label: 'Hard to reconstruct',
    about: 'Clips the model can least explain.',
    emptyText: 'Every such clip has a label.',
    labels: false,
    scores: 'errors',
  },
];

interface QueueSituation {
  kind: QueueKind;
  embedded: number;
  labels: number;
  classId: number | null;
  classLabels: number;
  refused: boolean;
}

/** What is missing for a queue; null when it can be made. `refused`: the engine said that something is missing. */
export function missingFor({
  kind,
  embedded,
  labels,
  classId,
  classLabels,
  refused,
}: QueueSituation): QueueNeed | null {
  const info = queueKinds.find((one) => one.value === kind)!;
  if (info.scores) return refused ? (embedded === 0 ? 'embeddings' : info.scores) : null;
  if (embedded === 0) return 'embeddings';
  if (info.labels && labels === 0) return 'labels';
  if (kind !== 'rare') return null;
  return classId === null ? 'class' : classLabels === 0 ? 'examples' : null;
}
