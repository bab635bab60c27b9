// The queues the engine can make, in the order a person would use them.
export type QueueKind = 'diverse' | 'uncertain' | 'disagreement' | 'mislabelled' | 'rare' | 'suspect' | 'anomaly';

export const queueKinds: { value: QueueKind; label: string; about: string; emptyText: string }[] = [
  { value: 'diverse', label: 'Typical and varied', about: 'Covers the collection: best to begin with.', emptyText: 'Every part of the collection has labels. Embed more clips, or try another queue.' },
  { value: 'uncertain', label: 'Uncertain', about: 'Where the classifier hesitates most.', emptyText: 'The classifier is sure of everything, or there is none yet. Train one first.' },
  { value: 'disagreement', label: 'Sound ≠ picture', about: 'Where sound and picture say different things.', emptyText: 'Sound and picture agree everywhere, or there is no classifier yet.' },
  { value: 'mislabelled', label: 'Likely mislabelled', about: 'Labels that the classifier contradicts.', emptyText: 'No label is contradicted.' },
  { value: 'rare', label: 'Rare class', about: 'Most like one class of your choice.', emptyText: 'No unlabelled clip is like this class.' },
  { value: 'suspect', label: 'Sound does not fit', about: 'Dubbed, muted or mismatched clips.', emptyText: 'No clip is suspicious, or correspondence was not scored yet.' },
  { value: 'anomaly', label: 'Hard to reconstruct', about: 'Clips the model can least explain.', emptyText: 'Reconstruction errors were not computed yet.' },
];
