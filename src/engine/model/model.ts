// A model at work: its sizes, its parameters, and how this run of it is watched.
import type { Tensor } from '@tensorflow/tfjs';
import type { CavMaeConfig } from './config.ts';
import type { Parameters } from './parameters.ts';

/** Called with every named stage. The tensor lives only during the call: read or clone it. */
export type Tap = (stage: string, value: Tensor) => void;

export interface Model {
  config: CavMaeConfig;
  parameters: Parameters;
  /** Called with every stage by name. */
  tap?: Tap | undefined;
  /** Recompute blocks in the backward pass instead of keeping their insides (activation checkpointing). */
  checkpoint?: boolean | undefined;
}
