// Frequency axis of the spectrogram: linear, mel or logarithmic, between two bounds in Hz.

export const scaleNames = ['linear', 'mel', 'log'] as const;
export type ScaleName = (typeof scaleNames)[number];

export interface FrequencyAxis {
  scale: ScaleName;
  lowHz: number;
  highHz: number;
}

/** The lowest frequency that a logarithmic axis shows. */
const logFloorHz = 20;
const warp: Record<ScaleName, (hz: number) => number> = {
  linear: (hz) => hz,
  mel: (hz) => Math.log1p(hz / 700),
  log: (hz) => Math.log(Math.max(logFloorHz, hz)),
};
const unwarp: Record<ScaleName, (value: number) => number> = {
  linear: (value) => value,
  mel: (value) => 700 * Math.expm1(value),
  log: (value) => Math.exp(value),
};

/** Height of a frequency as a share of the axis: 0 at the bottom, 1 at the top. */
export function shareOfHz({ scale, lowHz, highHz }: FrequencyAxis, hz: number): number {
  const [low, high] = [warp[scale](lowHz), warp[scale](highHz)];
  return (warp[scale](hz) - low) / Math.max(1e-9, high - low);
}

/** The frequency at a height, bounded by the axis. */
export function hzOfShare({ scale, lowHz, highHz }: FrequencyAxis, share: number): number {
  const [low, high] = [warp[scale](lowHz), warp[scale](highHz)];
  return unwarp[scale](low + Math.min(1, Math.max(0, share)) * (high - low));
}

/** Frequencies to write beside the axis, from low to high. */
export function axisTicks(axis: FrequencyAxis, heightPx: number): number[] {
  const steps = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];
  const candidates =
    axis.scale === 'linear'
      ? linearTicks(axis, steps.find((step) => (step / (axis.highHz - axis.lowHz)) * heightPx >= 26) ?? 200_000)
      : [50, 100, 200, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000];
  const kept: number[] = [];
  for (const hz of candidates) {
    if (hz < axis.lowHz || hz > axis.highHz) continue;
    const gap = kept.length ? (shareOfHz(axis, hz) - shareOfHz(axis, kept.at(-1)!)) * heightPx : Infinity;
    if (gap >= 20) kept.push(hz);
  }
  return kept;
}

function linearTicks({ lowHz, highHz }: FrequencyAxis, step: number): number[] {
  const first = Math.ceil(lowHz / step);
  return Array.from({ length: Math.max(0, Math.floor(highHz / step) - first + 1) }, (_, i) => (first + i) * step);
}

/** Of an axis mark: `500 Hz`, `4 kHz`. */
export const tickText = (hz: number): string => (hz < 1000 ? `${hz} Hz` : `${hz / 1000} kHz`);

/** Of a measured value: `440 Hz`, `4.20 kHz`. */
export const hertzText = (hz: number): string =>
  hz < 1000 ? `${Math.round(hz)} Hz` : `${(hz / 1000).toFixed(hz < 10_000 ? 2 : 1)} kHz`;
