// The same forward stages, losses and logits on the WebAssembly backend, for the models small enough for it.
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { has } from './fixtures.ts';
import { presentFolders } from './modelFolder.ts';
import { allGradients } from './pretrainGradients.ts';
import { finetuneLogits, lossCases, pretrainingStages } from './stages.ts';

beforeAll(async () => {
  process.env.CAVMAE_BACKEND = 'wasm';
  await startBackend();
});

it('runs on wasm', () => expect(tf.getBackend()).toBe('wasm'));

describe.each(presentFolders('tiny', 'tiny2u', 'micro', 'micro_small'))('%s on wasm', (name) => {
  const inputsOf = name === 'tiny2u' ? 'tiny' : name;
  pretrainingStages(name, inputsOf);
  lossCases(name, inputsOf);
  finetuneLogits(name, inputsOf);
});

// Training's arithmetic needs no kernel that wasm lacks.
describe.each(presentFolders('tiny').filter((name) => has(`${name}/grads.safetensors`)))('%s on wasm', (name) => {
  allGradients(name);
});
