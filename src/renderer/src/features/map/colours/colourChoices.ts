// What the map can be coloured by.
import type { ColumnName } from '../../../../../shared/contract/clip.ts';

export interface ColourChoice {
  value: ColumnName;
  label: string;
  scale: boolean;
  emptyHint: string;
}

export const colourChoices: readonly ColourChoice[] = [
  { value: 'label', label: 'Label', scale: false, emptyHint: 'Label some clips and they take their class’s colour.' },
  {
    value: 'prediction',
    label: 'Prediction',
    scale: false,
    emptyHint: 'Train a classifier to see its predictions here.',
  },
  {
    value: 'confidence',
    label: 'Confidence',
    scale: true,
    emptyHint: 'Train a classifier to see its confidence here.',
  },
  { value: 'uncertainty', label: 'Uncertainty', scale: true, emptyHint: 'Train a classifier to see its doubts here.' },
  { value: 'cluster', label: 'Cluster', scale: false, emptyHint: 'Run “Find clusters” to group the clips.' },
  { value: 'root', label: 'Source', scale: false, emptyHint: '' },
  { value: 'media', label: 'File', scale: false, emptyHint: '' },
  { value: 'kind', label: 'Kind', scale: false, emptyHint: '' },
  { value: 'badge', label: 'Badge', scale: false, emptyHint: 'No clip carries a badge.' },
  { value: 'duration', label: 'Duration', scale: true, emptyHint: '' },
  {
    value: 'correspondence',
    label: 'Sound fits picture',
    scale: true,
    emptyHint: 'Run “Score how well sound and picture fit” first.',
  },
  {
    value: 'correspondencePercentile',
    label: 'Sound fits picture, percentile',
    scale: true,
    emptyHint: 'Run “Score how well sound and picture fit” first.',
  },
  {
    value: 'avDistance',
    label: 'Distance between sound and picture',
    scale: true,
    emptyHint: 'Needs maps of sound and of picture.',
  },
  { value: 'error', label: 'Reconstruction error', scale: true, emptyHint: 'Compute reconstruction errors first.' },
  {
    value: 'commonNeighbours',
    label: 'Neighbours shared with another model',
    scale: true,
    emptyHint: 'Compare two models first.',
  },
];
