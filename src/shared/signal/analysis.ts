// The paper's spectral analysis (section 4.1): 16 kHz, 25 ms windows every 10 ms, 128 mel bands from 20 Hz to 8 kHz.

export const analysis = {
  rateHz: 16_000,
  /** Samples of a window and between two windows. */
  window: 400,
  hop: 160,
  /** Length of the transform. */
  size: 512,
  bands: 128,
  lowHz: 20,
  preemphasis: 0.97,
} as const;

/** Symmetric Hann window [length]: 0.5 - 0.5 cos(2 pi i / (length - 1)). */
export const hannWindow = (length: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (length - 1)));
