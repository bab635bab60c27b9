// Events out: one file for formats that hold a collection, else a folder with a file for each recording.
import path from 'node:path';
import { mkdir } from 'node:fs/promises';
import type { EventFilter, EventFormat, TimedEvent } from '../../../shared/contract/event.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { writeAtomically } from '../../base/writeAtomically.ts';
import type { Workspace } from '../workspace.ts';
import { eventFormats } from './eventFormats.ts';
import type { WrittenRecording } from './eventRecord.ts';

export interface EventExport {
  path: string;
  format: EventFormat;
  filter?: EventFilter | undefined;
}
const pageRows = 10_000;

/** Recordings with their events, both in the order of the collection. */
function recordingsOf(workspace: Workspace, filter: EventFilter | undefined): WrittenRecording[] {
  const byMedium = new Map<number, TimedEvent[]>();
  for (let offset = 0; ; offset += pageRows) {
    const { rows } = workspace.eventQuery.list(filter, undefined, offset, pageRows);
    for (const row of rows) {
      const list = byMedium.get(row.mediaId);
      if (list) list.push(row);
      else byMedium.set(row.mediaId, [row]);
    }
    if (rows.length < pageRows) break;
  }
  return [...byMedium].map(([mediaId, events]) => {
    const { absolutePath, durationS, kind } = workspace.media.get(mediaId)!;
    return { path: absolutePath, durationS, kind, events };
  });
}

/** File names of recordings, told apart where two recordings have one name. */
function fileNames(recordings: readonly WrittenRecording[], extension: string): string[] {
  const taken = new Set<string>();
  return recordings.map(({ path: file }) => {
    const stem = path.basename(file, path.extname(file));
    let name = `${stem}${extension}`;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${stem} ${n}${extension}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

/** @throws EngineError NOT_FOUND where no event matches; what cannot be written */
export async function exportEvents(
  workspace: Workspace,
  { path: target, format, filter }: EventExport,
): Promise<{ files: string[]; events: number; lost: string[] }> {
  const { write, holds, extension } = eventFormats[format];
  const recordings = recordingsOf(workspace, filter);
  if (recordings.length === 0) throw new EngineError('NOT_FOUND', 'no event matches: there is nothing to export');
  const to = path.resolve(target);
  const short = /short/i.test(path.basename(to));
  const single = holds === 'collection' || (recordings.length === 1 && path.extname(to) !== '');
  const files: string[] = [];
  const lost = new Set<string>();
  const put = async (file: string, some: readonly WrittenRecording[]): Promise<void> => {
    const written = write(some, { short, file });
    await writeAtomically(file, Buffer.from(written.text, 'utf8'));
    files.push(file);
    for (const what of written.lost) lost.add(what);
  };
  if (single) await put(to, recordings);
  else {
    await mkdir(to, { recursive: true });
    const names = fileNames(recordings, extension);
    for (const [k, recording] of recordings.entries()) await put(path.join(to, names[k]!), [recording]);
  }
  return { files, events: recordings.reduce((sum, { events }) => sum + events.length, 0), lost: [...lost] };
}
