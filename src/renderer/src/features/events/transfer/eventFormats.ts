// Formats that events are read from and written to, with the endings of their files.
import type { EventFormat } from '../../../../../shared/contract/event.ts';

export const eventFormats: readonly { value: EventFormat; label: string; ending: string }[] = [
  { value: 'csv', label: 'CSV (file, onset_s, offset_s, label, modality)', ending: '.csv' },
  { value: 'raven', label: 'Raven selection table', ending: '.txt' },
  { value: 'audacity', label: 'Audacity label track', ending: '.txt' },
  { value: 'elan', label: 'ELAN (.eaf)', ending: '.eaf' },
  { value: 'textgrid', label: 'Praat TextGrid', ending: '.TextGrid' },
  { value: 'boris', label: 'BORIS project or table', ending: '.boris' },
  { value: 'via', label: 'VIA 3 project', ending: '.json' },
];
export const eventFileEndings = ['.csv', '.tsv', '.txt', '.eaf', '.textgrid', '.boris', '.json'];
/** Formats that hold one recording: an export is a folder with a file for each. */
export const oneRecordingEach: readonly EventFormat[] = ['audacity', 'textgrid', 'elan'];
