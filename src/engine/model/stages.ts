// Naming the stages of the model, so that any of them can be looked at from outside.
import type { Tensor } from '@tensorflow/tfjs';

/** Called with every named stage. The tensor lives only during the call: read or clone it. */
export type Tap = (stage: string, value: Tensor) => void;
