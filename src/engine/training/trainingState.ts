// All that a killed run needs to go on bit for bit: weights, both Adam moments of every parameter, and where the run
// is. Randomness needs no state of its own: every step draws from a generator made of the seed and the step's number.
import { existsSync } from 'node:fs';
import { saveCheckpoint } from '../checkpoint/saveCheckpoint.ts';
import { openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import { readTensor, type NamedTensor } from '../checkpoint/tensorEntry.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { Model } from '../model/model.ts';
import type { Adam } from './optimiser/adam.ts';
import { Random } from './random.ts';

export interface Position {
  /** Optimiser steps done. */
  step: number;
  /** Names seed, recipe and clips: another one must not be continued. */
  fingerprint: string;
  /** What else the training remembers (best score so far, …). */
  memory: Record<string, number>;
}

/** The generator of one step (or epoch) of a run. `stream` keeps uses apart. */
export function randomOf(seed: number, stream: number, step: number): Random {
  const base = new Random(
    (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b) ^ Math.imul(step + 1, 0xc2b2ae35)) >>> 0,
  );
  base.uint32();
  return base;
}

/** Durable when it resolves; the old file stands until then. */
export async function saveTrainingState(path: string, model: Model, adam: Adam, position: Position): Promise<void> {
  const { steps, m, v } = adam.state();
  const tensors = new Map<string, NamedTensor>(model.parameters.toTensors());
  for (const name of Object.keys(steps)) {
    const { shape } = model.parameters.get(name);
    tensors.set(`adam.m.${name}`, { shape, data: m[name]! });
    tensors.set(`adam.v.${name}`, { shape, data: v[name]! });
  }
  await saveCheckpoint(path, {
    kind: model.parameters.kind,
    config: model.config,
    tensors,
    metadata: { training: JSON.stringify({ ...position, steps }) },
  });
}

/**
 * Puts a saved state into model and optimiser; null where there is none.
 * @throws EngineError CONFLICT when it belongs to another run, CHECKPOINT_MISMATCH when it does not fit.
 */
export async function loadTrainingState(
  path: string,
  model: Model,
  adam: Adam,
  fingerprint: string,
): Promise<Position | null> {
  if (!existsSync(path)) return null;
  const file = await openCheckpoint(path);
  try {
    const saved = JSON.parse(file.metadata.training ?? 'null') as (Position & { steps: Record<string, number> }) | null;
    if (!saved) throw new EngineError('CHECKPOINT_MISMATCH', `${path} is not a training state`, { path });
    if (saved.fingerprint !== fingerprint)
      throw new EngineError('CONFLICT', 'the clips or the recipe of this run have changed since it was stopped', {
        path,
        hint: "Start a new run; it can begin from this one's weights.",
      });
    const values = new Map<string, Float32Array>();
    for (const entry of file.entries) values.set(entry.name, (await readTensor(file.source, entry)).data);
    const take = (name: string): Float32Array => {
      const data = values.get(name);
      if (!data)
        throw new EngineError('CHECKPOINT_MISMATCH', `the training state lacks ${name}`, { path, field: name });
      values.delete(name);
      return data;
    };
    for (const name of model.parameters.names) model.parameters.set(name, take(name));
    const of = (prefix: string) =>
      Object.fromEntries(Object.keys(saved.steps).map((name) => [name, take(`${prefix}.${name}`)]));
    adam.restore({ steps: saved.steps, m: of('adam.m'), v: of('adam.v') });
    return { step: saved.step, fingerprint: saved.fingerprint, memory: saved.memory };
  } finally {
    await file.source.close();
  }
}
