// The counts kept in memory against plain SQL, whatever is written between two questions and by whom.
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Facets } from '../../../../../src/engine/collection/query/clipFacets.ts';
import { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { badge, type ClipFilter } from '../../../../../src/shared/contract/clip.ts';
import { fillWorkspace, syntheticMedia } from '../../../../reliability/syntheticWorkspace.ts';

let folder: string;
let workspace: Workspace;
let other: Database.Database;
let schemaId: number;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cavmae-facets-'));
  workspace = Workspace.open(folder);
  ({ schemaId } = fillWorkspace(workspace, 120));
  other = new Database(path.join(folder, 'workspace.db'));
});
afterAll(() => {
  other.close();
  workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Every count by a statement of its own, over the ids that the filter gives. */
function plainly(filter: ClipFilter): Omit<Facets, 'scores'> {
  const ids = JSON.stringify(workspace.clips.ids(filter));
  const counts = <V>(sql: string): { value: V; count: number }[] =>
    workspace.db.prepare(`SELECT ${sql} GROUP BY 1 ORDER BY 1`).all(ids) as { value: V; count: number }[];
  const among = 'IN (SELECT value FROM json_each(?))';
  const positive = `annotation WHERE value = 'positive' AND schema_id = ${schemaId} AND clip_id ${among}`;
  return {
    total: workspace.clips.count(filter),
    labelled: workspace.db.prepare(`SELECT count(DISTINCT clip_id) FROM ${positive}`).pluck().get(ids) as number,
    classes: counts<number>(`class_id AS value, count(*) AS count FROM ${positive}`),
    predictions: counts<number>(
      `${workspace.classifiers.countedClass()} AS value, count(*) AS count FROM prediction p WHERE p.classifier_id = ${workspace.classifiers.current()} AND p.clip_id ${among}`,
    ),
    clusters: counts<number>(
      `CAST(value AS INTEGER) AS value, count(*) AS count FROM score WHERE name = 'cluster@${workspace.vectors.modelId()}' AND clip_id ${among}`,
    ),
    roots: counts<number>(`root_id AS value, count(*) AS count FROM clip WHERE id ${among}`),
    kinds: counts<string>(`kind AS value, count(*) AS count FROM clip WHERE id ${among}`),
    badges: badge.options.flatMap((value, bit) =>
      counts<number>(`1 AS value, count(*) AS count FROM clip WHERE badges >> ${bit} & 1 AND id ${among}`).map(
        ({ count }) => ({ value, count }),
      ),
    ),
  };
}

const filters: ClipFilter[] = [
  {},
  { labelled: false },
  { kinds: ['video'] },
  { text: 'bird' },
  { clusters: [1, 2, 3] },
  { badges: ['silent', 'padded'] },
  { embedded: true },
  { clipIds: [3, 5, 7] },
];

function agree(): void {
  for (const filter of filters) {
    const { scores: _, kinds, ...kept } = workspace.clips.facets(filter, schemaId);
    expect({ ...kept, kinds: kinds.toSorted((a, b) => (a.value < b.value ? -1 : 1)) }).toEqual(plainly(filter));
  }
}

function label(n: number): void {
  workspace.annotations.set({
    clipIds: workspace.clips.ids().slice(n % 50, (n % 50) + 4),
    classId: 1 + (n % 12),
    value: n % 3 ? 'positive' : 'uncertain',
  });
}

/** What people, jobs and other processes write, each by number. */
const writes: ((n: number) => void)[] = [
  label,
  (n) => {
    label(n);
    agree();
    workspace.annotations.undo();
  },
  (n) => workspace.clips.addBadges(workspace.clips.ids()[n % 40]!, ['padded']),
  (n) => workspace.clips.removeBadges(workspace.clips.ids()[n % 40]!, ['padded', 'silent']),
  (n) => workspace.clips.setScores('cluster', new Map([[workspace.clips.ids()[n % 60]!, n % 4 ? n % 7 : null]])),
  (n) => {
    if (n % 8 === 0) workspace.clips.clearScores('cluster');
  },
  (n) =>
    workspace.classifiers.savePredictions(
      1,
      [workspace.clips.ids()[n % 60]!],
      Float32Array.from({ length: 12 }, (_, i) => (i === n % 12 ? 0.9 : 0.01)),
    ),
  (n) => {
    workspace.media.put(syntheticMedia(1000 + n, n % 2 ? '/media/set' : '/elsewhere'));
  },
  (n) => workspace.removeMedia([1 + (n % 60)]),
  (n) => {
    other.prepare("UPDATE clip SET kind = 'audio' WHERE id = (SELECT id FROM clip LIMIT 1 OFFSET ?)").run(n % 30);
  },
  (n) => {
    other
      .prepare('DELETE FROM annotation WHERE clip_id = (SELECT clip_id FROM annotation LIMIT 1 OFFSET ?)')
      .run(n % 10);
  },
];

describe('facets kept in memory', () => {
  it('are those of plain SQL after any sequence of writes, of this connection or another', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(writes.length - 1), fc.nat(200)), { minLength: 1, maxLength: 6 }),
        (steps) => {
          for (const [which, n] of steps) {
            writes[which]!(n);
            agree();
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('are not kept from inside a transaction that is rolled back', () => {
    expect(() =>
      workspace.db.transaction(() => {
        workspace.clips.setScores('cluster', new Map(workspace.clips.ids().map((id) => [id, 99])));
        agree();
        throw new Error('undone');
      })(),
    ).toThrow('undone');
    agree();
  });
});
