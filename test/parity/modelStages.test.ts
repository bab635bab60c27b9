// Every forward stage, loss and logit of the small fixture models on native TensorFlow (or what CAVMAE_BACKEND names).
import { beforeAll, describe } from 'vitest';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { presentFolders, runnableFolders } from './modelFolder.ts';
import { finetuneLogits, lossCases, maskStages, pretrainingStages } from './stages.ts';

beforeAll(async () => void (await startBackend()));

describe.each(runnableFolders('tiny', 'tiny2u', 'micro', 'micro_small'))('%s', (name) => {
  pretrainingStages(name);
  lossCases(name);
  finetuneLogits(name);
});

describe.each(presentFolders('tiny', 'micro'))('%s', (name) => {
  maskStages(name);
});
