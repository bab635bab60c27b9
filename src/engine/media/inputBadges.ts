// Badges of a clip's input, derived from the numbers that the model gets.
import type { Badge } from '../../shared/contract/clip.ts';

/** Below this peak (-66 dBFS) sound counts as silence: dither and codec noise stay under it. */
const silentPeak = 5e-4;
/** Mean absolute difference between pictures, in levels of 255, below which nothing moves. */
const frozenLevels = 0.5;
/** Length of the model's window in seconds. */
const modelWindowS = 10;
const slackS = 0.05;

export function isSilent(samples: Float32Array): boolean {
  return samples.every((sample) => Math.abs(sample) < silentPeak);
}

/** @param frames U8 [count, size], all alike up to codec noise */
export function isFrozen(frames: Uint8Array, count: number): boolean {
  const size = frames.length / count;
  for (let k = 1; k < count; k++) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += Math.abs(frames[k * size + i]! - frames[i]!);
    if (sum / size > frozenLevels) return false;
  }
  return true;
}

export interface InputFacts {
  kind: 'video' | 'audio' | 'image';
  startS: number;
  endS: number;
  durationS: number;
  samples: Float32Array | null;
  sampleRateHz: number;
  /** U8 [10, 224, 224, 3]. */
  frames: Uint8Array | null;
  salvaged: boolean;
}

export function inputBadges({
  kind,
  startS,
  endS,
  durationS,
  samples,
  sampleRateHz,
  frames,
  salvaged,
}: InputFacts): Badge[] {
  const badges: Badge[] = [];
  if (!samples) badges.push('no-sound');
  else if (isSilent(samples)) badges.push('silent');
  if (!frames) badges.push('no-picture');
  if (kind === 'image') badges.push('still');
  else {
    if (frames && isFrozen(frames, 10)) badges.push('frozen');
    if ((samples ? samples.length / sampleRateHz : endS - startS) < modelWindowS - slackS) badges.push('padded');
    if (startS > slackS || endS < durationS - slackS) badges.push('cut');
  }
  if (salvaged) badges.push('salvaged');
  return badges;
}
