// The encoder of a model as an ONNX file for onnxruntime, written once per state of the model's file and kept in a
// folder of such files.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModel } from '../checkpoint/loadModel.ts';
import { encoderGraph } from '../checkpoint/onnx/encoderGraph.ts';
import { writeOnnx } from '../checkpoint/onnx/writeOnnx.ts';
import { configOfCheckpoint } from '../model/configOfCheckpoint.ts';
import { checkTensors } from '../model/loadParameters.ts';
import { parameterShapes } from '../model/parameterShapes.ts';
import type { Precision } from '../../shared/contract/extraction.ts';

export type Stream = 'audio' | 'visual';

/** Raised when the graph of the same weights changes. */
const graphVersion = 4;
/** Files kept, the last used; the base size takes 0.63 GB, in int8 0.17. */
const KEPT = 4;
const ending = `.v${graphVersion}.onnx`;

/** A file that has been unfinished for so long belongs to no one who still writes it. */
const ABANDONED_MS = 60 * 60 * 1000;

/**
 * Deletes what was used longest ago, what an earlier version left, and what a process that was killed left unfinished.
 */
async function makeRoom(folder: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names.filter((part) => part.endsWith('.part'))) {
    const written = await stat(join(folder, name)).catch(() => null);
    if (written && Date.now() - written.mtimeMs > ABANDONED_MS) await rm(join(folder, name), { force: true });
  }
  const files = names.filter((name) => name.endsWith('.onnx'));
  const found = await Promise.all(
    files.map(async (name) => ({
      name,
      usedAt: name.endsWith(ending) ? ((await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0) : 0,
    })),
  );
  for (const { name } of found.toSorted((a, b) => b.usedAt - a.usedAt).slice(KEPT - 1))
    await rm(join(folder, name), { force: true });
}

/**
 * @param key names the weights: other weights, another key
 * @param resolved a checkpoint's path, or `random:SIZE:SEED`
 * @param streams what the clips have
 * @param precision of the linear layers' weights
 * @returns the file's path
 * @throws EngineError as `loadModel`, CHECKPOINT_MISMATCH, DISK_FULL
 */
export async function encoderFile(
  folder: string,
  key: string,
  resolved: string,
  streams: readonly Stream[],
  precision: Precision = 'float32',
): Promise<string> {
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 24);
  const name = `${hash}.${streams.join('-')}.${precision}${ending}`;
  const file = join(folder, name);
  if (existsSync(file)) {
    const now = new Date();
    await utimes(file, now, now).catch(() => {});
    return file;
  }
  await mkdir(folder, { recursive: true });
  await makeRoom(folder);
  const { tensors, config, kind } = await loadModel(resolved);
  const sizes = configOfCheckpoint(tensors, config);
  checkTensors(parameterShapes(sizes, kind, tensors.get('mlp_head.1.weight')?.shape[0] ?? 0), tensors);
  const { graph } = encoderGraph(
    { config: sizes, tensors, fusedAttention: true, int8: precision === 'int8' },
    ['audio', 'visual', 'joint'],
    streams,
  );
  await writeOnnx(file, graph);
  return file;
}
