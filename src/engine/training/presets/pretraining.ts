// Pretraining recipes: the paper's (reference egs, MODEL.md §5) and this application's small one.
import type { PretrainPreset, PretrainValues } from './preset.ts';

const paper: Omit<PretrainValues, 'learningRate' | 'batchSize'> = {
  epochs: 25, schedule: { start: 10, every: 5, gamma: 0.5 }, warmupSteps: 0, weightDecay: 5e-7, maskRatioA: 0.75, maskRatioV: 0.75, maskMode: 'unstructured',
  maeLossWeight: 1, contrastLossWeight: 0.01, bidirect: false, startTemperature: 0.05, startCentring: 0, noise: true, jitter: false, mirror: false, colourJitter: false, heldOutShare: 0.1, checkpointEvery: 500,
};
const start = 'from the vision-MAE checkpoint, Adam .95/.999, mask .75/.75, patches normalised, contrastive weight .01';

export const pretraining: PretrainPreset[] = [
  {
    id: 'small', kind: 'pretrain', name: 'Small model, own collection', source: 'This application: the paper\'s losses and masking at 192-d 4 + 4 + 1, from random weights; cosine schedule, symmetric contrastive loss of weight 1 whose temperature falls from .5 to .05, and mirror/crop/gain jitter, since collections are small',
    expected: 'Minutes to an hour on a CPU for hundreds to thousands of clips; see BENCHMARKS.md for AV-digits and the demo collection.',
    values: { ...paper, learningRate: 5e-4, batchSize: 32, epochs: 60, schedule: 'cosine', warmupSteps: 100, contrastLossWeight: 1, bidirect: true, startTemperature: 0.5, jitter: true, mirror: true, checkpointEvery: 100 },
  },
  {
    id: 'contrast-first', kind: 'pretrain', name: 'Small model, contrast first', source: 'This application, found on AV-digits (BENCHMARKS.md): short clips in which sound and picture show one thing. Little is masked, reconstruction counts a tenth, embeddings are compared without their mean at first, colours change',
    expected: 'AV-digits, 6,000 steps of 32, 128-d 2 + 2 + 1: heads on ten labels a class .99 sound, .98 picture, .99 both; class retrieval .99 and .93. With 3,500 steps .85, .77, .88: do not stop early.',
    values: {
      ...paper, learningRate: 1e-3, batchSize: 32, epochs: 160, schedule: 'cosine', warmupSteps: 50, maskRatioA: 0.3, maskRatioV: 0.1, maeLossWeight: 0.1, contrastLossWeight: 1, bidirect: true, startTemperature: 0.2, startCentring: 1, jitter: true,
      colourJitter: true, checkpointEvery: 100,
    },
  },
  {
    id: 'continue', kind: 'pretrain', name: 'Continue a trained model on own clips', source: 'As the paper\'s VGGSound run from AudioSet weights: lr 5e-5, 10 epochs',
    expected: 'The paper: VGGSound 65.5 % → 65.9 % after pretraining on VGGSound itself.',
    values: { ...paper, learningRate: 5e-5, batchSize: 32, epochs: 10, checkpointEvery: 100 },
  },
  { id: 'base', kind: 'pretrain', name: 'Base (paper)', source: `cav-mae base on AudioSet-2M, ${start}: lr 5e-5, batch 48, 25 epochs`, expected: 'Logged at epoch 25 (sums over 4 GPUs): audio 2.0845, image 1.2248, contrastive .0238, c_acc .7976', values: { ...paper, learningRate: 5e-5, batchSize: 48 } },
  { id: 'scale+', kind: 'pretrain', name: 'Scale+ (paper)', source: `cav-mae Scale+ on AudioSet-2M, ${start}: lr 1e-4, batch 108`, expected: 'Finetuned on AudioSet-20K: 42.0 mAP; VGGSound: 65.5 %', values: { ...paper, learningRate: 1e-4, batchSize: 108 } },
  { id: 'scale++', kind: 'pretrain', name: 'Scale++ (paper)', source: `cav-mae Scale++ on AudioSet-2M, ${start}: lr 2e-4, batch 256 (published weights: epoch 21)`, expected: 'Finetuned on AudioSet-20K: 42.2 mAP; VGGSound: 65.81 %', values: { ...paper, learningRate: 2e-4, batchSize: 256 } },
  { id: 'vggsound', kind: 'pretrain', name: 'VGGSound from vision-MAE (paper)', source: `cav-mae on VGGSound, ${start}: lr 1e-4, batch 120`, expected: 'Finetuned on VGGSound: 64.81 %', values: { ...paper, learningRate: 1e-4, batchSize: 120 } },
  { id: 'vggsound-as2m', kind: 'pretrain', name: 'VGGSound from AudioSet (paper)', source: 'cav-mae on VGGSound from the Scale++ weights: lr 5e-5, batch 120, 10 epochs, constant rate', expected: 'Finetuned on VGGSound: 65.93 %', values: { ...paper, learningRate: 5e-5, batchSize: 120, epochs: 10 } },
];
