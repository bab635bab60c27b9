// A model at work: its sizes, its parameters, and how this run of it is watched.
import type { CavMaeConfig } from './config.ts';
import type { Parameters } from './parameters.ts';
import type { Tap } from './stages.ts';

export interface Model {
  config: CavMaeConfig;
  parameters: Parameters;
  /** Called with every stage by name. */
  tap?: Tap | undefined;
  /** Recompute blocks in the backward pass instead of keeping their insides (activation checkpointing). */
  checkpoint?: boolean | undefined;
}
