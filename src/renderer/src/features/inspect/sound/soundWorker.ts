// The worker that makes sound of spectrograms: seconds of arithmetic that the window must not wait for.
import { soundOfLogMel } from './griffinLim.ts';

self.addEventListener('message', ({ data }: MessageEvent<Float32Array>) => {
  const sound = soundOfLogMel(data);
  self.postMessage(sound, { transfer: [sound.buffer] });
});
