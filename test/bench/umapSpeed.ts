// Time and memory of a map of synthetic embeddings, beside plain umap-js on the same rows and, where Python has it, umap-learn.
//
//   node test/bench/umapSpeed.ts [rows=20000] [--umap-js] [--umap-learn PYTHON]
//
// Prints one JSON line: seconds to the first picture, to the first moved picture, until settled; peak memory; trustworthiness on 2,000 rows.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { UMAP } from 'umap-js';
import { LoadedMatrix } from '../../src/engine/exploration/neighbours/matrixCache.ts';
import { readPresentRows } from '../../src/engine/exploration/neighbours/presentRows.ts';
import { randomStream } from '../../src/engine/base/randomStream.ts';
import { umap } from '../../src/engine/exploration/layout/umap.ts';
import { gaussianClusters } from '../unit/engine/exploration/gaussianClusters.ts';
import { trustworthiness } from '../unit/engine/exploration/trustworthiness.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, 'umap-js': { type: 'boolean' }, 'umap-learn': { type: 'string' } },
});
const rows = Number(positionals[0] ?? 20_000);
const dim = 768;
const folder = mkdtempSync(path.join(os.tmpdir(), 'cavmae-bench-'));
const file = path.join(folder, 'rows.f32');
const random = randomStream(3);

/** Trustworthiness of an even sample: ranks among the sample, in the data and on the map. */
function sampledTrust(data: Float32Array, xy: Float32Array): number {
  const count = Math.min(rows, 2000);
  const taken = Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
  const pick = (from: Float32Array, width: number) =>
    Float32Array.from(
      { length: count * width },
      (_, at) => from[taken[Math.floor(at / width)]! * width + (at % width)]!,
    );
  return Number(trustworthiness(pick(data, dim), dim, pick(xy, 2), count, 15).toFixed(4));
}

const python = `
import sys, time, numpy as np
x = np.fromfile(sys.argv[1], dtype='float32').reshape(-1, ${dim})
x /= np.linalg.norm(x, axis=1, keepdims=True)
began = time.time()
import umap
umap.UMAP(random_state=1).fit_transform(x[:500])
warm = time.time()
y = umap.UMAP(random_state=1).fit_transform(x)
print(time.time() - warm, warm - began, flush=True)
y.astype('float32').tofile(sys.argv[2])
`;

try {
  const made = gaussianClusters({ rows, dim, clusters: 40, apart: 0.35 });
  writeFileSync(file, new Uint8Array(made.data.buffer));
  const result: Record<string, unknown> = { rows, dim, cores: os.availableParallelism(), load: os.loadavg()[0] };
  const began = performance.now();
  const cpuBefore = process.cpuUsage();
  const seconds = () => Number(((performance.now() - began) / 1000).toFixed(2));
  const matrix = new LoadedMatrix(
    await readPresentRows({ path: file, dim, clipIds: Int32Array.from({ length: rows }, (_, i) => i + 1) }),
  );
  const reduced = await matrix.reduced();
  const xy = await umap(
    { reduced: reduced.data, rows, dim: reduced.dim, neighbours: () => matrix.neighbours(14) },
    { minDist: 0.1, seed: 1, engine: 'flat' },
    ({ epoch }) => {
      result[epoch === 0 ? 'firstPictureS' : 'firstMovedS'] ??= seconds();
    },
  );
  result.settledS = seconds();
  // On a machine that others use, processor time tells more than the clock.
  const { user, system } = process.cpuUsage(cpuBefore);
  result.cpuS = Number(((user + system) / 1e6).toFixed(2));
  result.memoryMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const { data } = matrix.present;
  result.trustworthiness = sampledTrust(data, xy);
  if (values['umap-js']) {
    const nested = Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * dim, (i + 1) * dim)));
    const start = performance.now();
    const theirs = new UMAP({ random: () => random.uniform() }).fit(nested);
    result.umapJs = {
      settledS: Number(((performance.now() - start) / 1000).toFixed(2)),
      memoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
      trustworthiness: sampledTrust(data, Float32Array.from(theirs.flat())),
    };
  }
  if (values['umap-learn']) {
    const places = path.join(folder, 'places.f32');
    const [settledS, importS] = execFileSync(values['umap-learn'], ['-W', 'ignore', '-c', python, file, places], {
      encoding: 'utf8',
    })
      .trim()
      .split(' ')
      .map(Number);
    const bytes = readFileSync(places);
    result.umapLearn = {
      settledS,
      importAndCompileS: importS,
      trustworthiness: sampledTrust(
        data,
        new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)),
      ),
    };
  }
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
