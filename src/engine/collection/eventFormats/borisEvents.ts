// BORIS in and out: the project where the file is JSON, one of its event tables else.
import path from 'node:path';
import { borisFileIsProject } from './borisKind.ts';
import { readBorisProject, writeBorisProject } from './borisProject.ts';
import { readBorisTable, writeBorisTable } from './borisTable.ts';
import type { EventFileFormat } from './eventRecord.ts';
import { headOf, readEventText } from './eventText.ts';

export const borisEvents: EventFileFormat = {
  format: 'boris',
  extension: '.boris',
  holds: 'collection',
  async read(file) {
    const [first = ''] = await headOf(file, 1);
    return borisFileIsProject(first) ? readBorisProject(await readEventText(file), file) : readBorisTable(file);
  },
  write(recordings, { file }) {
    const extension = path.extname(file).toLowerCase();
    if (extension === '.csv') return writeBorisTable(recordings, ',');
    return extension === '.tsv' || extension === '.txt'
      ? writeBorisTable(recordings, '\t')
      : writeBorisProject(recordings);
  },
};
