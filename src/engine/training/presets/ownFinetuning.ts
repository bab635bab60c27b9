// Presets of this application for a person's own collection: tens to thousands of labelled clips on one machine.
import type { FinetunePreset, FinetuneValues } from './preset.ts';

const plain: Omit<FinetuneValues, 'depth' | 'epochs' | 'learningRate' | 'headRatio'> = {
  batchSize: 16,
  schedule: { start: 1000, every: 1, gamma: 1 },
  mixup: 0,
  freqMask: 0,
  timeMask: 0,
  noise: false,
  labelSmoothing: 0,
  balanced: true,
  weightAverage: false,
  averageFrom: 1,
  testShare: 0.2,
  earlyStop: true,
};

export const ownFinetuning: FinetunePreset[] = [
  {
    id: 'head',
    kind: 'finetune',
    name: 'Head on cached embeddings',
    source:
      'Linear probe: LayerNorm as standardisation, Linear by L2-regularised logistic regression (L-BFGS), regularisation and temperature by cross-validation over source files',
    expected: 'Seconds for thousands of clips. The place to start; good from a handful of labels a class.',
    values: { ...plain, depth: 'head', epochs: 100, learningRate: 1, headRatio: 1 },
  },
  {
    id: 'last',
    kind: 'finetune',
    name: 'Joint blocks and head',
    source:
      'The frozen E_a and E_v run once per clip and are cached; E_j, its norms and the head are trained, head ×10 as in the VGGSound recipe',
    expected: 'Minutes. Better than the head alone from some tens of labels a class.',
    values: {
      ...plain,
      depth: 'last',
      epochs: 15,
      learningRate: 1e-4,
      headRatio: 10,
      labelSmoothing: 0.1,
      schedule: { start: 5, every: 2, gamma: 0.5 },
    },
  },
  {
    id: 'full',
    kind: 'finetune',
    name: "Everything, the paper's augmentation",
    source:
      "The paper's VGGSound recipe (lr 1e-4, head ×10, mixup .5, SpecAugment 48/192, noise, smoothing .1, balanced, weights averaged) at a batch one machine can hold",
    expected: 'Minutes (small model) to hours (base model on a CPU). Best from about a hundred labels a class.',
    values: {
      ...plain,
      depth: 'full',
      epochs: 10,
      learningRate: 1e-4,
      headRatio: 10,
      schedule: { start: 2, every: 1, gamma: 0.5 },
      mixup: 0.5,
      freqMask: 48,
      timeMask: 192,
      noise: true,
      labelSmoothing: 0.1,
      weightAverage: true,
      averageFrom: 3,
      earlyStop: false,
    },
  },
];
