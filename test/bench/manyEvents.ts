// Bench: a million events in time: marked, listed, filtered, counted and drawn. node test/bench/manyEvents.ts [events]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Workspace } from '../../src/engine/collection/workspace.ts';
import { syntheticMedia } from '../reliability/syntheticWorkspace.ts';

const events = Number(process.argv[2] ?? 1_000_000);
const recordings = 100;
const lengthS = 36_000;
const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-bench-events-'));
const workspace = Workspace.open(folder);
const { id: schemaId, classes } = workspace.schemas.create({
  name: 's',
  multiLabel: true,
  classes: Array.from({ length: 12 }, (_, k) => `class ${k}`),
});
for (let i = 0; i < recordings; i++)
  workspace.media.put({ ...syntheticMedia(i), kind: 'audio', durationS: lengthS, clips: [] });

const began = performance.now();
const chunk = 20_000;
for (let from = 0; from < events; from += chunk)
  workspace.events.add(
    Array.from({ length: Math.min(chunk, events - from) }, (_, k) => {
      const i = from + k;
      const onsetS = ((i * 7919) % (lengthS * 10 - 100)) / 10;
      return {
        mediaId: 1 + (i % recordings),
        classId: classes[i % classes.length]!.id,
        onsetS,
        offsetS: onsetS + 0.2 + (i % 50) / 10,
        modality: i % 3 ? ('heard' as const) : ('seen' as const),
        value: 'positive' as const,
        lowHz: null,
        highHz: null,
        annotator: null,
        source: 'import' as const,
      };
    }),
  );
console.log(`${events} events marked in ${((performance.now() - began) / 1000).toFixed(1)} s`);

/** Median milliseconds of five runs. */
function timed(name: string, work: () => unknown): void {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  }).toSorted((a, b) => a - b);
  console.log(`| ${name} | ${times[2]!.toFixed(1)} |`);
}
const { eventQuery } = workspace;
const filter = { schemaId };
console.log('| what | ms |\n| --- | ---: |');
timed('first page of 200, in order of time', () => eventQuery.list(filter, undefined, 0, 200));
timed('page at the middle', () => eventQuery.list(filter, undefined, events / 2, 200));
timed('first page of one class', () => eventQuery.list({ ...filter, classIds: [classes[3]!.id] }, undefined, 0, 200));
timed('first page, seen, of one recording', () =>
  eventQuery.list({ ...filter, mediaIds: [5], modalities: ['seen'] }, undefined, 0, 200),
);
timed('first page by class', () => eventQuery.list(filter, { by: 'class', descending: false }, 0, 200));
timed('counts by class, modality, source', () => eventQuery.facets(filter));
timed('recordings with their numbers of events', () => eventQuery.recordings({ schemaId, offset: 0, limit: 100 }));
timed('overview of ten hours in 1,500 bins', () =>
  eventQuery.overview(5, { startS: 0, endS: lengthS, bins: 1500 }, filter),
);
timed('one minute of a recording', () =>
  eventQuery.list({ ...filter, mediaIds: [5], timeS: [18_000, 18_060] }, undefined, 0, 2000),
);
workspace.close();
rmSync(folder, { recursive: true, force: true });
