// How fast a workspace of 100,000 clips answers: `node test/bench/collectionScale.ts [clips]`. Prints medians in
// milliseconds: by the clock, and of processor time, which says more on a busy machine.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Workspace } from '../../src/engine/collection/workspace.ts';
import type { ClipFilter } from '../../src/shared/contract/clip.ts';
import { fillWorkspace } from '../reliability/syntheticWorkspace.ts';

const clips = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-scale-'));
const rounds = 9;

const median = (values: readonly number[]): string =>
  (values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number).toFixed(1);

function medians(act: () => void): { clock: string; processor: string } {
  const times = Array.from({ length: rounds }, () => {
    const [start, used] = [performance.now(), process.cpuUsage()];
    act();
    const { user, system } = process.cpuUsage(used);
    return { clock: performance.now() - start, processor: (user + system) / 1000 };
  });
  return { clock: median(times.map(({ clock }) => clock)), processor: median(times.map(({ processor }) => processor)) };
}

try {
  const workspace = Workspace.open(folder);
  const started = performance.now();
  const { schemaId, classIds } = fillWorkspace(workspace, clips);
  console.log(`${clips} clips made in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const filters: Record<string, ClipFilter> = {
    none: {},
    text: { text: 'bird' },
    'two words': { text: 'file 12 dog' },
    label: { classIds: [classIds[0] as number] },
    unlabelled: { labelled: false, schemaId },
    badges: { badges: ['silent'] },
    predicted: { predictedClassIds: [classIds[1] as number], confidence: [0.5, 1] },
    clusters: { clusters: [1, 2] },
    embedded: { embedded: true },
    kinds: { kinds: ['video'] },
    duration: { durationS: [5, 8] },
  };
  const report: Record<string, { clock: string; processor: string }> = {};
  const measure = (name: string, act: () => void) => {
    report[name] = medians(act);
  };
  for (const [name, filter] of Object.entries(filters)) {
    measure(`list 200, filter ${name}`, () => workspace.clips.list({ filter, offset: 0, limit: 200 }));
    measure(`ids, filter ${name}`, () => workspace.clips.ids(filter));
    measure(`facets, filter ${name}`, () => workspace.clips.facets(filter, schemaId));
  }
  for (const by of ['id', 'name', 'duration', 'confidence', 'uncertainty', 'correspondence', 'cluster'] as const) {
    measure(`list 200 sorted by ${by}`, () =>
      workspace.clips.list({ sort: { by, descending: true }, offset: 5000, limit: 200 }),
    );
    measure(`ids sorted by ${by}`, () => workspace.clips.ids({}, { by, descending: false }));
  }
  for (const name of [
    'label',
    'prediction',
    'confidence',
    'media',
    'kind',
    'badge',
    'cluster',
    'correspondence',
    'duration',
  ] as const)
    measure(`column ${name}`, () => workspace.clips.columns([name], { schemaId }));
  let next = 0;
  measure('label one clip', () =>
    workspace.annotations.set({
      clipIds: [((next += 7) % clips) + 1],
      classId: classIds[next % classIds.length] as number,
      value: 'positive',
    }),
  );
  measure('label 1,000 clips', () =>
    workspace.annotations.set({
      clipIds: Array.from({ length: 1000 }, (_, i) => ((i + (next += 13)) % clips) + 1),
      classId: classIds[next % classIds.length] as number,
      value: 'positive',
    }),
  );
  measure('undo 1,000 clips', () => workspace.annotations.undo());
  for (const [name, filter] of Object.entries({
    none: {},
    text: { text: 'bird' },
    unlabelled: { labelled: false, schemaId },
  } satisfies Record<string, ClipFilter>)) {
    measure(`label one clip, then facets, filter ${name}`, () => {
      workspace.annotations.set({
        clipIds: [((next += 7) % clips) + 1],
        classId: classIds[next % classIds.length] as number,
        value: 'positive',
      });
      workspace.clips.facets(filter, schemaId);
    });
  }
  measure('schemas with counts', () => workspace.schemas.list());
  measure('summary', () => workspace.summary());
  measure('matrix row table', () => workspace.vectors.matrix(1, 'joint'));
  console.table(report);
  workspace.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
