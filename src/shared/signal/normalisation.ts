// The statistics with which CAV-MAE normalises its inputs (paper section 4.1): AudioSet's fbank and ImageNet's colours.

export const fbankMean = -5.081;
/** Not doubled, as the Audio Spectrogram Transformer does. */
export const fbankStd = 4.4849;
/** A padded frame after normalisation: padding is 0 before it, which is louder than silence. */
export const paddingValue = (0 - fbankMean) / fbankStd;

/** Red, green, blue. */
export const imageMean = [0.485, 0.456, 0.406] as const;
export const imageStd = [0.229, 0.224, 0.225] as const;
