// What a finetune job is given and gives.
import type { Metrics } from '../../../shared/contract/model.ts';
import type { FinetuneValues } from '../../training/presets/preset.ts';

export type FinetuneMode = 'multimodal' | 'audioonly' | 'videoonly';
export interface FinetuneParams {
  runId: number;
  schemaId: number;
  mode: FinetuneMode;
  depth: 'head' | 'last' | 'full';
  preset: string;
  values: FinetuneValues;
  seed: number;
  modelId: string;
  name: string;
  predict: boolean;
}
export interface FinetuneResult {
  classifierId: number;
  metrics: Metrics;
}
export interface Trained {
  metrics: Metrics;
  epochs: number;
}
