// How many values a model of given sizes has.
import type { CavMaeConfig } from '../model/config.ts';
import { parameterShapes, type ModelKind } from '../model/parameterShapes.ts';
import { sizeOf } from './tensorEntry.ts';

/** @param classes of a finetuned model's head */
export const parameterCount = (config: CavMaeConfig, kind: ModelKind, classes = 0): number =>
  [...parameterShapes(config, kind, classes).values()].reduce((sum, shape) => sum + sizeOf(shape), 0);
