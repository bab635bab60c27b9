// What can be exported, in which formats, and what the file is called by default.
import type { ExportedThing } from './transferStore.ts';
import { formatTexts } from './labelFormatTexts.ts';

export interface ExportFormat {
  value: string;
  label: string;
  ending: string;
  note: string;
}

export const exportFormats: Record<ExportedThing, readonly ExportFormat[]> = {
  labels: formatTexts.map(({ value, label, ending, note }) => ({ value, label, ending, note })),
  embeddings: [
    {
      value: 'npy',
      label: 'NumPy (.npy)',
      ending: '',
      note: 'A folder: one matrix per space, and clips.csv whose lines are its rows.',
    },
    {
      value: 'parquet',
      label: 'Parquet',
      ending: '.parquet',
      note: 'One row per clip with a list per space: opens in Embedding Atlas, pandas and DuckDB.',
    },
  ],
  predictions: [
    {
      value: 'csv',
      label: 'CSV',
      ending: '.csv',
      note: 'One row per clip: the likeliest class and every probability.',
    },
    { value: 'jsonl', label: 'JSON lines', ending: '.jsonl', note: 'One object per clip.' },
    { value: 'parquet', label: 'Parquet', ending: '.parquet', note: 'The same table, typed.' },
  ],
  dataset: [
    {
      value: 'tables',
      label: 'Tables (CSV and Parquet)',
      ending: '',
      note: 'Clips with metadata, labels, events, predictions and embeddings. No media.',
    },
    {
      value: 'audiofolder',
      label: 'Hugging Face audiofolder',
      ending: '',
      note: 'A sound file for each clip beside metadata.jsonl, and the tables.',
    },
    {
      value: 'videofolder',
      label: 'Hugging Face videofolder',
      ending: '',
      note: 'A video for each clip beside metadata.jsonl, and the tables.',
    },
    {
      value: 'webdataset',
      label: 'WebDataset shards',
      ending: '',
      note: 'Tar files of media and JSON, 500 clips each, and the tables.',
    },
  ],
};

const two = (value: number): string => String(value).padStart(2, '0');

/** E.g. `labels 2026-11-26 1805.csv`: a name that no earlier export has, unless made in the same minute. */
export function exportName(what: ExportedThing, { ending }: Pick<ExportFormat, 'ending'>, now: Date): string {
  return `${what} ${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} ${two(now.getHours())}${two(now.getMinutes())}${ending}`;
}

/** A file's path under the workspace's `exports` folder, with slashes; null where it lies elsewhere. */
export function underExports(workspace: string, file: string): string | null {
  const plain = (path: string): string => path.replaceAll('\\', '/').replace(/\/+$/, '');
  const folder = `${plain(workspace)}/exports/`;
  return plain(file).startsWith(folder) ? plain(file).slice(folder.length) : null;
}
