// Every format that events come in and go out in, and how a file tells which it is.
import path from 'node:path';
import type { EventFormat } from '../../../shared/contract/event.ts';
import { audacityLabels } from './audacityLabels.ts';
import { borisEvents } from './borisEvents.ts';
import { csvEvents } from './csvEvents.ts';
import { elanEaf } from './elanEaf.ts';
import type { EventFileFormat } from './eventRecord.ts';
import { headOf } from './eventText.ts';
import { praatTextGrid } from './praatTextGrid.ts';
import { ravenTable } from './ravenTable.ts';
import { viaJson } from './viaJson.ts';

export const eventFormats: Record<EventFormat, EventFileFormat> = {
  csv: csvEvents,
  raven: ravenTable,
  audacity: audacityLabels,
  elan: elanEaf,
  textgrid: praatTextGrid,
  boris: borisEvents,
  via: viaJson,
};

/** By name and beginning; null where it is none of them. */
export async function guessEventFormat(file: string): Promise<EventFormat | null> {
  const extension = path.extname(file).toLowerCase();
  const head = await headOf(file, 60);
  const text = head.join('\n');
  if (extension === '.eaf' || text.includes('<ANNOTATION_DOCUMENT')) return 'elan';
  if (extension === '.textgrid' || /File type\s*=\s*"ooTextFile"/.test(text)) return 'textgrid';
  if (extension === '.boris' || text.includes('"behaviors_conf"')) return 'boris';
  if (text.trimStart().startsWith('{'))
    return /"(vid_list|fid_list|via)/i.test(text) || extension === '.json' ? 'via' : null;
  if (/Begin Time \(s\)/i.test(text)) return 'raven';
  if (/\bBehaviou?r\b/i.test(text) && /Start \(s\)|\bTime\b/i.test(text)) return 'boris';
  if (/^-?\d+([.,]\d+)?\t-?\d+([.,]\d+)?\t/.test(text)) return 'audacity';
  return /onset|start|begin/i.test(head[0] ?? '') && /[,;\t]/.test(head[0] ?? '') ? 'csv' : null;
}
