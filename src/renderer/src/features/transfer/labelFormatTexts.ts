// The formats of label files in words, and how such files end.
import type { LabelField, LabelFormat } from '../../../../shared/contract/annotation.ts';

export interface FormatText {
  value: LabelFormat;
  label: string;
  ending: string;
  reads: boolean;
  note: string;
}

export const formatTexts: readonly FormatText[] = [
  {
    value: 'csv',
    label: 'CSV with a header',
    ending: '.csv',
    reads: true,
    note: 'Path, start, end, label, value and presence: everything, and read back exactly.',
  },
  {
    value: 'jsonl',
    label: 'JSON lines',
    ending: '.jsonl',
    reads: true,
    note: 'One object per label, with the same fields as CSV.',
  },
  {
    value: 'parquet',
    label: 'Parquet',
    ending: '.parquet',
    reads: false,
    note: 'The same table for pandas, DuckDB and Embedding Atlas.',
  },
  {
    value: 'fiftyone',
    label: 'FiftyOne dataset',
    ending: '.json',
    reads: false,
    note: 'One sample per file; windows are temporal detections. Positive labels only.',
  },
  {
    value: 'cavmae-json',
    label: 'CAV-MAE data file (JSON)',
    ending: '.json',
    reads: true,
    note: 'The reference’s data file with its class list beside it. Positive labels only.',
  },
  {
    value: 'audioset-csv',
    label: 'AudioSet segments',
    ending: '.csv',
    reads: true,
    note: 'Segments with a class list beside them. Positive labels only.',
  },
  {
    value: 'vggsound-csv',
    label: 'VGGSound list',
    ending: '.csv',
    reads: true,
    note: 'Recording, start, label, split. Positive labels only.',
  },
  {
    value: 'folders',
    label: 'A folder per class',
    ending: '',
    reads: true,
    note: 'Folders of links to the files, one folder per class. Positive labels only.',
  },
];
export const formatText = (format: LabelFormat): FormatText => formatTexts.find(({ value }) => value === format)!;

export const labelFileEndings = ['.csv', '.tsv', '.txt', '.json', '.jsonl', '.ndjson'] as const;

/** What a column may hold, in words. The first two are needed. */
export const fieldTexts: readonly { field: LabelField; label: string; needed: boolean }[] = [
  { field: 'path', label: 'File', needed: true },
  { field: 'label', label: 'Label', needed: true },
  { field: 'start', label: 'Start', needed: false },
  { field: 'end', label: 'End', needed: false },
  { field: 'value', label: 'Yes / no / unsure', needed: false },
  { field: 'presence', label: 'Heard / seen', needed: false },
  { field: 'schema', label: 'Schema', needed: false },
];
