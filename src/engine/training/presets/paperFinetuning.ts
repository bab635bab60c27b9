// The paper's finetuning recipes: reference egs/audioset and egs/vggsound, table of MODEL.md §5. Four GPUs, fp16; here
// float32.
import type { FinetunePreset, FinetuneValues } from './preset.ts';

const paper: Omit<
  FinetuneValues,
  'epochs' | 'batchSize' | 'learningRate' | 'headRatio' | 'schedule' | 'balanced' | 'averageFrom'
> = {
  depth: 'full',
  mixup: 0.5,
  freqMask: 48,
  timeMask: 192,
  noise: true,
  labelSmoothing: 0.1,
  weightAverage: true,
  testShare: 0.2,
  earlyStop: false,
};

export const paperFinetuning: FinetunePreset[] = [
  {
    id: 'as-2m',
    kind: 'finetune',
    name: 'AudioSet-2M (paper)',
    source:
      'cav-mae egs/audioset/run_cavmae_ft_full.sh: lr 1e-5, head ×50, 10 epochs, ×.5 from epoch 2, batch 48, balanced, BCE, weights of epochs 1–10 averaged',
    expected: 'Scale+ on AudioSet-2M, sound and picture: 51.2 mAP (logged rerun 51.05); audio only 46.6',
    values: {
      ...paper,
      epochs: 10,
      batchSize: 48,
      learningRate: 1e-5,
      headRatio: 50,
      schedule: { start: 2, every: 1, gamma: 0.5 },
      balanced: true,
      averageFrom: 1,
    },
  },
  {
    id: 'as-20k',
    kind: 'finetune',
    name: 'AudioSet-20K (paper)',
    source:
      'cav-mae egs/audioset/run_cavmae_ft_bal.sh: lr 5e-5, head ×100, 15 epochs, ×.5 from epoch 5, batch 36, BCE, weights of epochs 3–15 averaged',
    expected:
      'Scale+ on AudioSet-20K, sound and picture: 42.0 mAP (logged rerun 42.20); audio only 37.7; visual only 20.0',
    values: {
      ...paper,
      epochs: 15,
      batchSize: 36,
      learningRate: 5e-5,
      headRatio: 100,
      schedule: { start: 5, every: 1, gamma: 0.5 },
      balanced: false,
      averageFrom: 3,
    },
  },
  {
    id: 'vggsound',
    kind: 'finetune',
    name: 'VGGSound (paper)',
    source:
      'cav-mae egs/vggsound: lr 1e-4, head ×10, 10 epochs, ×.5 from epoch 2, batch 48, balanced, cross entropy, weights of epochs 3–10 averaged',
    expected: 'Scale+ on VGGSound, sound and picture: 65.5 % (logged rerun 65.81); after VGGSound pretraining 65.9 %',
    values: {
      ...paper,
      epochs: 10,
      batchSize: 48,
      learningRate: 1e-4,
      headRatio: 10,
      schedule: { start: 2, every: 1, gamma: 0.5 },
      balanced: true,
      averageFrom: 3,
    },
  },
];
