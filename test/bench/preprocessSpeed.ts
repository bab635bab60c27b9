// Speed of the pure preprocessing: fbank of 10 s of sound, fitting a frame, normalising ten frames. Prints the median
// and the fastest of several rounds in milliseconds, and how many times faster than the sound or the clip lasts. Run:
// node test/bench/preprocessSpeed.ts
import { fbank } from '../../src/engine/preprocess/fbank.ts';
import { fbankInput } from '../../src/shared/signal/fbankInput.ts';
import { fitFrame } from '../../src/engine/preprocess/frame.ts';
import { normaliseFrames } from '../../src/shared/signal/frameInput.ts';
import { report, rounded } from './report.ts';

const figures: Record<string, Record<string, number>> = {};
/** Seconds of a clip. */
const clipS = 10;

function measure(what: string, work: () => unknown, rounds = 30): void {
  const times: number[] = [];
  for (let i = 0; i < 5 + rounds; i++) {
    const start = performance.now();
    work();
    // The first rounds warm the compiler.
    if (i >= 5) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const [median = 0, fastest = 0] = [times[rounds >> 1], times[0]];
  figures[what] = {
    medianMs: rounded(median),
    fastestMs: rounded(fastest),
    timesRealTime: Math.round((clipS * 1000) / median),
  };
}

const noise = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(i * i * 0.001) * 0.3 + Math.sin(i * 12.9898) * 0.1);
const pixels = (width: number, height: number): Uint8Array =>
  Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 2654435761) >>> 24);

const [clip, wide] = [noise(160_000), noise(480_000)];
const features = fbank(clip);
const [small, large, frames] = [pixels(480, 270), pixels(1280, 720), pixels(224, 2240)];
measure('fbank, 10 s at 16 kHz', () => fbank(clip));
measure('fbank, 10 s at 48 kHz', () => fbank(wide, 48_000));
measure('pad and normalise [998, 128]', () => fbankInput(features));
measure('fit a 480 x 270 picture (bicubic)', () => fitFrame(small, 480, 270));
measure('fit a 1280 x 720 picture (bicubic)', () => fitFrame(large, 1280, 720));
measure('normalise ten frames', () => normaliseFrames(frames));
report('preprocessing of a clip of ten seconds', figures);
