// A million vectors of 768: writing, reading, exact search (the oracle), the cells the product searches by above 200,000 rows, its
// recall against the oracle, and memory.
//
//   node test/bench/millionVectors.ts [rows=1000000] [--folder FOLDER]
//
// The vectors are two thousand clusters whose variance falls off as 1/n over the axes, as that of embeddings does; the 50 axes that the
// cells are built on hold 62 % of it. One space is written to disk as the vector store writes it (3 GB for a million); it is removed at the end. Prints one JSON line per stage.
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { LoadedMatrix } from '../../src/engine/exploration/neighbours/matrixCache.ts';
import { nearestRowsApproximate, nearestRowsExact } from '../../src/engine/exploration/neighbours/nearestRows.ts';
import { readPresentRows } from '../../src/engine/exploration/neighbours/presentRows.ts';
import { randomStream } from '../../src/engine/base/randomStream.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { folder: { type: 'string' } } });
const rows = Number(positionals[0] ?? 1_000_000);
const dim = 768;
const queries = 200;
const folder = mkdtempSync(path.join(values.folder ?? os.tmpdir(), 'cavmae-million-'));
const file = path.join(folder, 'rows.f32');

/**
 * Numbers from a table of normals: a million times 768 calls of a generator would take longer than what is measured.
 */
function mixture(): { row(into: Float32Array, at: number): void } {
  const random = randomStream(11);
  const table = Float32Array.from({ length: 1 << 20 }, () => random.normal());
  const clusters = 2000;
  const scale = Float32Array.from({ length: dim }, (_, d) => (d + 1) ** -0.5);
  const centres = Float32Array.from({ length: clusters * dim }, (_, i) => random.normal() * scale[i % dim]!);
  let state = 1;
  const next = (n: number) => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) % n;
  return {
    row(into, at) {
      const centre = next(clusters) * dim,
        noise = next(1 << 19);
      for (let d = 0; d < dim; d++) into[at + d] = centres[centre + d]! + 0.6 * scale[d]! * table[noise + d]!;
    },
  };
}

function writeRows(): void {
  const { row } = mixture();
  const block = 8192;
  const buffer = new Float32Array(block * dim);
  const handle = openSync(file, 'w');
  for (let from = 0; from < rows; from += block) {
    const n = Math.min(block, rows - from);
    for (let i = 0; i < n; i++) row(buffer, i * dim);
    const bytes = new Uint8Array(buffer.buffer, 0, n * dim * 4);
    for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at, bytes.length - at);
  }
  fsyncSync(handle);
  closeSync(handle);
}

const gib = (bytes: number): number => Number((bytes / 1024 ** 3).toFixed(2));
async function stage<T>(name: string, act: () => Promise<T> | T): Promise<T> {
  const [began, used] = [performance.now(), process.cpuUsage()];
  const result = await act();
  const { user, system } = process.cpuUsage(used);
  console.log(
    JSON.stringify({
      stage: name,
      clockS: Number(((performance.now() - began) / 1000).toFixed(2)),
      processorS: Number(((user + system) / 1e6).toFixed(2)),
      residentGib: gib(process.memoryUsage().rss),
      peakGib: gib(process.resourceUsage().maxRSS * 1024),
      load: Number(os.loadavg()[0]!.toFixed(1)),
    }),
  );
  return result;
}
const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;

try {
  await stage(`make and write ${rows} rows of ${dim}`, writeRows);
  const matrix = new LoadedMatrix(
    await stage('read, scale to unit length', () =>
      readPresentRows({ path: file, dim, clipIds: Int32Array.from({ length: rows }, (_, i) => i + 1) }),
    ),
  );
  const { data } = matrix.present;
  const picked = Array.from({ length: queries }, (_, i) => Math.floor(((i + 0.5) * rows) / queries));
  const query = (row: number) => data.slice(row * dim, (row + 1) * dim);
  const times: Record<'exact' | 'approximate', number[]> = { exact: [], approximate: [] };
  const timed = async <T>(which: keyof typeof times, act: () => Promise<T> | T): Promise<T> => {
    const began = performance.now();
    const result = await act();
    times[which].push(performance.now() - began);
    return result;
  };
  const exact = await stage(`${queries} exact searches, top 50`, async () => {
    const found = [];
    for (const row of picked) found.push(await timed('exact', () => nearestRowsExact(matrix.present, query(row), 50)));
    return found;
  });
  await stage('principal axes and reduced rows', () => matrix.reduced());
  await stage('cells', () => matrix.searchCells());
  const approximate = await stage(`${queries} searches by the cells, top 50`, async () => {
    const found = [];
    for (const row of picked)
      found.push(await timed('approximate', () => nearestRowsApproximate(matrix, query(row), 50)));
    return found;
  });
  const recall = (k: number) =>
    exact.reduce((sum, hits, q) => {
      const truth = new Set(hits.slice(0, k).map(({ row }) => row));
      return sum + approximate[q]!.slice(0, k).filter(({ row }) => truth.has(row)).length / k;
    }, 0) / queries;
  console.log(
    JSON.stringify({
      rows,
      dim,
      exactMs: Number(median(times.exact).toFixed(1)),
      approximateMs: Number(median(times.approximate).toFixed(1)),
      recallAt10: Number(recall(10).toFixed(4)),
      recallAt50: Number(recall(50).toFixed(4)),
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
