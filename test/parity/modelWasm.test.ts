// The same forward stages, losses and logits on the WebAssembly backend, for the models small enough for it.
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { has } from './fixtures.ts';
import { runnableFolders } from './modelFolder.ts';
import { allGradients } from './pretrainGradients.ts';
import { finetuneLogits, lossCases, pretrainingStages } from './stages.ts';

beforeAll(async () => {
  process.env.CAVMAE_BACKEND = 'wasm';
  await startBackend();
});

it('runs on wasm', () => expect(tf.getBackend()).toBe('wasm'));

describe.each(runnableFolders('tiny', 'tiny2u', 'micro', 'micro_small'))('%s on wasm', (name) => {
  pretrainingStages(name);
  lossCases(name);
  finetuneLogits(name);
});

// Training's arithmetic needs no kernel that wasm lacks.
describe.each(runnableFolders('tiny').filter((name) => has(`${name}/grads.safetensors`)))('%s on wasm', (name) => {
  allGradients(name);
});
