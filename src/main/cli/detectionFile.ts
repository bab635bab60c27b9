// Detected events as a CSV file that `cavmae events import` reads and scorers understand.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

interface Row {
  path: string;
  onsetS: number;
  offsetS: number;
  class: string;
  modality: string;
  confidence: number;
}
const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Writes beside and renames over. `file` holds the recording's name, without folders where names are unique. */
export function writeDetections(file: string, rows: readonly Row[]): string {
  const paths = [...new Set(rows.map((row) => row.path))];
  const unique = new Set(paths.map((one) => path.basename(one))).size === paths.length;
  const lines = rows.map((row) =>
    [
      cell(unique ? path.basename(row.path) : row.path),
      row.onsetS.toFixed(3),
      row.offsetS.toFixed(3),
      cell(row.class),
      row.modality,
      row.confidence.toFixed(4),
    ].join(','),
  );
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, `${['file,onset_s,offset_s,label,modality,confidence', ...lines].join('\n')}\n`);
  renameSync(`${file}.part`, file);
  return file;
}
