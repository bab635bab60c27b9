// The losses that a pretraining recipe asks for.
import { paperOptions, type PretrainOptions } from '../model/cavMae.ts';
import type { PretrainValues } from './presets/preset.ts';

/** The losses of a recipe at the temperature where it ends. */
export const lossOptions = (values: PretrainValues): PretrainOptions => ({
  ...paperOptions,
  maeLossWeight: values.maeLossWeight,
  contrastLossWeight: values.contrastLossWeight,
  bidirect: values.bidirect,
  contrastGroup: values.contrastGroup,
});
