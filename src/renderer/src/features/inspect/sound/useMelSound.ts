// Plays a spectrogram of the workbench as sound, one at a time: made in a worker, approximate (see griffinLim.ts).
import { onScopeDispose, ref } from 'vue';
import { fbankMean, fbankStd } from '../../../../../shared/signal/normalisation.ts';
import { pastedPlane } from '../../../../../shared/figures/pictures.ts';
import type { Plane } from '../../../../../shared/figures/pictures.ts';
import type { Side } from '../../../../../shared/figures/reconstructionSide.ts';
import { analysis } from '../../../../../shared/signal/analysis.ts';

export type Playable = 'original' | 'reconstructed';

/** A normalised plane's first `frames` columns → log-mel energies [frames, 128]. */
export function logMelOf({ values, width, height }: Plane, frames: number): Float32Array {
  const out = new Float32Array(frames * height);
  for (let t = 0; t < frames; t++)
    for (let m = 0; m < height; m++) out[t * height + m] = values[(height - 1 - m) * width + t]! * fbankStd + fbankMean;
  return out;
}

const inWorker = (logMel: Float32Array, signal: AbortSignal): Promise<Float32Array<ArrayBuffer>> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./soundWorker.ts', import.meta.url), { type: 'module', name: 'sound' });
    const end = (settle: () => void): void => {
      worker.terminate();
      settle();
    };
    worker.addEventListener('message', ({ data }: MessageEvent<Float32Array<ArrayBuffer>>) => end(() => resolve(data)));
    worker.addEventListener('error', (event) =>
      end(() => reject(new Error(event.message || 'the worker could not start'))),
    );
    signal.addEventListener('abort', () => end(() => reject(new DOMException('stopped', 'AbortError'))));
    worker.postMessage(logMel);
  });

/**
 * 16 kHz samples of what is played or saved: the original's spectrogram, or the one with the hidden patches filled in.
 */
export const samplesOf = (
  what: Playable,
  { original, predicted, mask, frames }: Side,
  signal: AbortSignal,
): Promise<Float32Array<ArrayBuffer>> =>
  inWorker(logMelOf(what === 'original' ? original : pastedPlane(original, predicted, mask, 'A'), frames), signal);

/** @param failed told what went wrong */
export function useMelSound(failed: (error: unknown) => void) {
  const active = ref<Playable | null>(null);
  const making = ref(false);
  let under: AbortController | null = null;
  let context: AudioContext | null = null;

  function stop(): void {
    under?.abort();
    void context?.close();
    [under, context, active.value, making.value] = [null, null, null, false];
  }
  async function play(what: Playable, side: Side): Promise<void> {
    const again = active.value === what;
    stop();
    if (again) return;
    const mine = new AbortController();
    [under, active.value, making.value] = [mine, what, true];
    try {
      const samples = await samplesOf(what, side, mine.signal);
      context = new AudioContext();
      const buffer = context.createBuffer(1, Math.max(1, samples.length), analysis.rateHz);
      buffer.copyToChannel(samples, 0);
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(context.destination);
      source.addEventListener('ended', () => {
        if (under === mine) stop();
      });
      source.start();
      making.value = false;
    } catch (error) {
      if (mine.signal.aborted) return;
      stop();
      failed(error);
    }
  }
  onScopeDispose(stop);
  return { active, making, play, stop };
}
