// A small model that learns from another one: it places held-out clips more alike than it did before.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadCheckpoint } from '../../../../src/engine/checkpoint/loadCheckpoint.ts';
import { saveCheckpoint } from '../../../../src/engine/checkpoint/saveCheckpoint.ts';
import { configOfSize } from '../../../../src/engine/model/config.ts';
import { createParameters } from '../../../../src/engine/model/loadParameters.ts';
import { runDistil, type DistilEvent, type DistilRequest } from '../../../../src/engine/training/distilTask.ts';
import { Random } from '../../../../src/engine/training/random.ts';
import { useNative } from './nativeTensorflow.ts';

const folder = mkdtempSync(join(tmpdir(), 'cavmae-distil-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const student = { audioLength: 64, imgSize: 32, embedDim: 32, decoderEmbedDim: 16, specificDepth: 1 };
const teacher = join(folder, 'teacher.safetensors');
beforeAll(async () => {
  if (!(await useNative())) await tf.setBackend('cpu');
  const config = { ...configOfSize('tiny'), ...student, embedDim: 48 };
  const parameters = createParameters(config, 'cavmae', 5);
  await saveCheckpoint(teacher, { kind: 'cavmae', config, tensors: parameters.toTensors() });
  parameters.dispose();
});

/** Clips of four kinds, told by the level of their sound and the brightness of their picture. */
const clipOf = (n: number) => {
  const random = new Random(n + 1);
  const level = n % 4;
  return {
    fbank: Float32Array.from({ length: 200 * 128 }, () => -8 + 2 * level + random.normal()),
    frames: {
      data: Uint8Array.from({ length: 2 * 32 * 32 * 3 }, () => 20 + 60 * level + random.integer(0, 15)),
      count: 2,
      size: 32,
    },
  };
};

function request(name: string, steps: number, count = 24): DistilRequest {
  return {
    teacher,
    size: 'tiny',
    config: student,
    seed: 1,
    steps,
    clips: Array.from({ length: count }, (_, n) => ({ clipId: n + 1, path: String(n), source: n, name: `clip ${n}` })),
    folder: join(folder, name),
    file: join(folder, name, 'student.safetensors'),
    name: 'student',
    parent: 'teacher',
    cacheBytes: 1e8,
  };
}
const points: DistilEvent[] = [];
const tools = {
  readInput: async (path: string) => clipOf(Number(path)),
  onPoint: (point: DistilEvent) => void points.push(point),
  breathe: async () => undefined,
};

it('learns what the teacher finds alike, reports kept neighbours, and leaves no tensor behind', async () => {
  const before = tf.memory().numTensors;
  points.length = 0;
  const result = await runDistil(request('learns', 40), tools);
  expect(points.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  expect(points.at(-1)!.loss).toBeLessThan(0.8 * points[0]!.loss!);
  expect(result.heldOut).toBeGreaterThan(1);
  expect(result.trainCount + result.heldOut).toBe(24);
  expect(result.neighboursKept).toBeGreaterThanOrEqual(0);
  expect(result.neighboursKept).toBeLessThanOrEqual(1);
  expect((await loadCheckpoint(join(folder, 'learns', 'student.safetensors'))).config).toMatchObject({ embedDim: 32 });
  expect(tf.memory().numTensors).toBe(before);
});

it('goes on from where it was killed, to the same loss', async () => {
  points.length = 0;
  await runDistil(request('whole', 3), tools);
  const whole = points.at(-1)!.loss;
  await runDistil(request('again', 3), tools);
  points.length = 0;
  const again = await runDistil(request('again', 3), tools);
  expect(points).toEqual([]);
  expect(again.loss).toBe(whole);
});

it('refuses a teacher of one modality and too few clips', async () => {
  await expect(runDistil(request('few', 1, 3), tools)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  const silent = { ...tools, readInput: async (path: string) => ({ ...clipOf(Number(path)), fbank: null }) };
  await expect(runDistil(request('silent', 1), silent)).rejects.toThrow(/no embedding of both modalities/);
});
