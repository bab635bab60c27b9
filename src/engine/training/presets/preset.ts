// A preset is a lab-notebook page: where its values come from, what they gave, then plain values.
import type { FinetuneDepth } from '../../../shared/contract/modes.ts';
import type { MultiStep } from '../optimiser/schedule.ts';

export interface FinetuneValues {
  depth: FinetuneDepth;
  /** Head depth: most iterations of the fit. */
  epochs: number;
  batchSize: number;
  learningRate: number;
  /** The head's learning rate over the rest's. */
  headRatio: number;
  schedule: MultiStep;
  /** Probability that a clip is mixed with another. */
  mixup: number;
  /** Widest SpecAugment masks, in mel bins and fbank frames. */
  freqMask: number;
  timeMask: number;
  noise: boolean;
  labelSmoothing: number;
  balanced: boolean;
  /** Averages the weights of epochs `averageFrom` … last. */
  weightAverage: boolean;
  averageFrom: number;
  testShare: number;
  earlyStop: boolean;
}

export interface PretrainValues {
  learningRate: number;
  /** Clips per optimiser step; processed `microBatch` at a time with their gradients added where memory asks for it. */
  batchSize: number;
  epochs: number;
  schedule: MultiStep | 'cosine';
  /** Steps of linear warm-up, with either schedule; below one: a share of the run. */
  warmupSteps: number;
  /** Share of the rate at which the cosine ends. */
  finalRate: number;
  weightDecay: number;
  maskRatioA: number;
  maskRatioV: number;
  maskMode: 'unstructured' | 'time' | 'freq' | 'tf';
  maeLossWeight: number;
  contrastLossWeight: number;
  bidirect: boolean;
  /** Clips that are contrasted with each other; 0: the whole batch. The reference's four processes contrast over a quarter each. */
  contrastGroup: number;
  /** Contrastive temperature at the first step, from where it falls to the paper's .05 (`temperatureAt`); .05 keeps it fixed. */
  startTemperature: number;
  /** Share of the batch's mean taken off the embeddings at the first step, from where it falls to none (`centringAt`); 0 is the paper's. */
  startCentring: number;
  /** Noise and roll on the sound (MODEL.md §5). */
  noise: boolean;
  /** Random crops of the frames and gain of the sound; mirror images (wrong for writing and digits). Not in the paper. */
  jitter: boolean;
  mirror: boolean;
  /** Channels swapped, saturation, contrast and brightness changed: for collections where colour tells clips apart but not what they show. Not in the paper. */
  colourJitter: boolean;
  /** Share of the files kept out for retrieval while training. */
  heldOutShare: number;
  /** Optimiser steps between checkpoints. */
  checkpointEvery: number;
}

interface Page {
  id: string;
  name: string;
  source: string;
  expected: string;
}
export type FinetunePreset = Page & { kind: 'finetune'; values: FinetuneValues };
export type PretrainPreset = Page & { kind: 'pretrain'; values: PretrainValues };
