// Where a frequency lies on a mel spectrogram of 128 bands between 20 Hz and 8 kHz (paper section 4.1).
import { analysis } from '../signal/analysis.ts';
import { hzOfMel, melOfHz } from '../signal/melScale.ts';

const { bands, lowHz } = analysis;
const highHz = analysis.rateHz / 2;
const melStep = (melOfHz(highHz) - melOfHz(lowHz)) / (bands + 1);

/** The frequencies that axes name, in Hz. */
export const tickHz = [250, 1000, 2000, 4000, 8000] as const;

/** Share of the picture's height below a frequency: band b's triangle has its peak at the middle of row b. */
export function heightOfHz(hz: number): number {
  return Math.min(1, Math.max(0, ((melOfHz(hz) - melOfHz(lowHz)) / melStep - 0.5) / bands));
}

/** The frequency at a share of the picture's height from below, in Hz. */
export function hzOfHeight(share: number): number {
  return hzOfMel(melOfHz(lowHz) + (share * bands + 0.5) * melStep);
}

/** On an axis. */
export const hzText = (hz: number): string => (hz < 1000 ? `${Math.round(hz)}` : `${Math.round(hz / 100) / 10}k`);

/** From one frequency to another, in words. */
export function hzSpan(fromHz: number, toHz: number): string {
  const [from, to] = [fromHz, toHz].map((hz) =>
    hz < 1000 ? { value: Math.round(hz), unit: 'Hz' } : { value: Math.round(hz / 100) / 10, unit: 'kHz' },
  ) as [{ value: number; unit: string }, { value: number; unit: string }];
  return `${from.value}${from.unit === to.unit ? '' : ` ${from.unit}`} to ${to.value} ${to.unit}`;
}
