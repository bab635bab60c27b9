// How long histograms, grid and map take to follow a range, at 100,000 clips: in the page, and by the engine's query.
// Run: node test/bench/crossFilter.ts [clips]. Exits 1 where a median is above 100 ms.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Workspace } from '../../src/engine/collection/workspace.ts';
import { readValue } from '../../src/engine/collection/metadata/metadataValue.ts';
import { CrossFilter } from '../../src/renderer/src/features/find/crossFilter.ts';
import { siteGroups } from '../../src/renderer/src/features/find/siteGroups.ts';

const clips = Number(process.argv[2] ?? 100_000);
const perMedium = 20;
const mostMs = 100;

function median(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
}
function measure(what: string, act: (k: number) => unknown, rounds = 15): boolean {
  const times = Array.from({ length: rounds }, (_, k) => {
    const start = performance.now();
    act(k);
    return performance.now() - start;
  });
  const ms = median(times);
  console.log(`${what}: ${ms.toFixed(1)} ms (slowest ${Math.max(...times).toFixed(1)})`);
  return ms <= mostMs;
}

function fill(folder: string): Workspace {
  const workspace = Workspace.open(folder);
  const columns = ['recorded_at', 'site', 'latitude', 'longitude'].map((key) => workspace.metadata.column(key));
  workspace.metadata.addColumn('depth', 'number');
  columns.push(workspace.metadata.column('depth'));
  const media = Math.ceil(clips / perMedium);
  workspace.atomically(() => {
    for (let i = 0; i < media; i++) {
      workspace.media.put({
        absolutePath: `/media/set/${i}.wav`,
        kind: 'audio',
        sizeBytes: 1,
        modifiedMs: 1,
        contentHash: `hash ${i}`,
        durationS: perMedium * 10,
        width: null,
        height: null,
        frameRateHz: null,
        sampleRateHz: 16_000,
        channels: 1,
        container: 'wav',
        videoCodec: null,
        audioCodec: 'pcm',
        audioTracks: 1,
        audioTrack: 1,
        clips: Array.from({ length: perMedium }, (_, k) => ({ startS: k * 10, endS: k * 10 + 10, badges: [] })),
      });
    }
  });
  workspace.metadata.set(
    Array.from({ length: media }, (_, i) => {
      const site = i % 25;
      const at = new Date(Date.UTC(2023, 0, 1) + i * 3_600_000 * 1.7).toISOString().slice(0, 19);
      const texts = [
        `${at}+01:00[Europe/Berlin]`,
        `site ${site}`,
        String(50 + site / 50),
        String(10 + (site % 5) / 20),
        String((i * 7919) % 500),
      ];
      return columns.flatMap((column, c) => {
        const value = readValue(column, texts[c]!);
        return 'problem' in value ? [] : [{ mediaId: i + 1, columnId: column.id, value }];
      });
    }).flat(),
    'import',
  );
  return workspace;
}

const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-cross-'));
const workspace = fill(folder);
try {
  const names = ['time', 'hour', 'latitude', 'longitude', 'depth'];
  const { clipIds } = workspace.clipMetadata.times();
  const cross = new CrossFilter(
    Int32Array.from(clipIds),
    names.map((name) => {
      const values = Float64Array.from(workspace.clipMetadata.column(name).values, (value) =>
        typeof value === 'number' ? value : Number.NaN,
      );
      const known = values.filter((value) => !Number.isNaN(value));
      return {
        name,
        values,
        low: known.reduce((a, b) => Math.min(a, b)),
        high: known.reduce((a, b) => Math.max(a, b)),
        bins: 48,
      };
    }),
  );
  console.log(
    `${clips.toLocaleString('en')} clips of ${Math.ceil(clips / perMedium).toLocaleString('en')} recordings, 5 columns`,
  );
  const results = [
    measure('a range moves: bits, 5 histograms, sites, ids, set of ids', (k) => {
      cross.setRange('hour', [k % 12, 12 + (k % 12)]);
      for (const name of names) cross.counts(name);
      siteGroups(cross, ['latitude', 'longitude']);
      return new Set(cross.passing());
    }),
    measure('the engine: ids of a query over two columns', (k) =>
      workspace.clips.ids({ query: `hour between ${k % 12} and 20 and depth > ${k}` }),
    ),
    measure('the engine: ids of a query with groups and SQL', (k) =>
      workspace.clips.ids({ query: `(site = "site ${k % 25}" or depth < 100) and not labelled and duration > 5` }),
    ),
  ];
  if (results.includes(false)) process.exitCode = 1;
} finally {
  workspace.close();
  rmSync(folder, { recursive: true, force: true });
}
