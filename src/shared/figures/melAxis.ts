// Where a frequency lies on a mel spectrogram of 128 bands between 20 Hz and 8 kHz (paper section 4.1).
const mel = (hz: number): number => 1127 * Math.log(1 + hz / 700);
const [bands, lowHz, highHz] = [128, 20, 8000];

/** The frequencies that axes name, in Hz. */
export const tickHz = [250, 1000, 2000, 4000, 8000] as const;

/** Share of the picture's height below a frequency: band b's triangle has its peak at the middle of row b. */
export function heightOfHz(hz: number): number {
  const step = (mel(highHz) - mel(lowHz)) / (bands + 1);
  return Math.min(1, Math.max(0, ((mel(hz) - mel(lowHz)) / step - 0.5) / bands));
}

/** The frequency at a share of the picture's height from below, in Hz. */
export function hzOfHeight(share: number): number {
  const step = (mel(highHz) - mel(lowHz)) / (bands + 1);
  return 700 * (Math.exp((mel(lowHz) + (share * bands + 0.5) * step) / 1127) - 1);
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
