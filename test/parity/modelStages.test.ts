// Every forward stage, loss and logit of the small fixture models on native TensorFlow (or what CAVMAE_BACKEND names).
import { beforeAll, describe } from 'vitest';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { presentFolders } from './modelFolder.ts';
import { finetuneLogits, lossCases, pretrainingStages } from './stages.ts';

beforeAll(async () => void await startBackend());

describe.each(presentFolders('tiny', 'tiny2u', 'micro', 'micro_small'))('%s', (name) => {
  const inputsOf = name === 'tiny2u' ? 'tiny' : name;
  pretrainingStages(name, inputsOf);
  lossCases(name, inputsOf);
  finetuneLogits(name, inputsOf);
});
