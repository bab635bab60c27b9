// Embedding of one 10 s clip with ten frames: the straightforward way (every frame with its own pass over the sound, one after the
// other, as the reference's frame aggregation does) against ours (sound once, frames together).
//
//   node test/bench/embedClip.ts [small|base] [rounds]
//
// Prints processor seconds (all threads), which a busy machine disturbs least, wall seconds, and their ratios.
import * as tf from '@tensorflow/tfjs';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { embedClip } from '../../src/engine/inference/embed.ts';
import type { ClipInput } from '../../src/engine/inference/clipInput.ts';
import { configOfSize } from '../../src/engine/model/config.ts';
import { createParameters } from '../../src/engine/model/parameters.ts';
import { randomStream } from '../../src/engine/model/randomStream.ts';

const [size = 'small', rounds = '3'] = process.argv.slice(2);
const report = await startBackend();
const config = configOfSize(size);
const model = { config, parameters: createParameters(config, 'cavmae', 1) };
const stream = randomStream(1);
const frame = 224 * 224 * 3;
const clip: ClipInput = {
  fbank: Float32Array.from({ length: 998 * 128 }, () => -5 + 4 * stream.normal()),
  frames: { data: Uint8Array.from({ length: 10 * frame }, () => stream.below(256)), count: 10, size: 224 },
};

function straightforward(): void {
  for (let k = 0; k < 10; k++) embedClip(model, { fbank: clip.fbank, frames: { ...clip.frames!, data: clip.frames!.data.subarray(k * frame, (k + 1) * frame), count: 1 } }, 1);
}
const ours = (): void => void embedClip(model, clip, 10);

/** The least of several rounds. */
function measure(work: () => void): { cpuS: number; wallS: number } {
  let best = { cpuS: Infinity, wallS: Infinity };
  for (let round = 0; round < Number(rounds); round++) {
    const [cpu, wall] = [process.cpuUsage(), performance.now()];
    work();
    const { user, system } = process.cpuUsage(cpu);
    best = { cpuS: Math.min(best.cpuS, (user + system) / 1e6), wallS: Math.min(best.wallS, (performance.now() - wall) / 1000) };
  }
  return best;
}

ours();
const [own, plain] = [measure(ours), measure(straightforward)];
const round = (x: number) => Math.round(x * 1000) / 1000;
console.log(JSON.stringify({
  size, backend: report.backend, threads: report.threads, ours: { cpuS: round(own.cpuS), wallS: round(own.wallS) }, straightforward: { cpuS: round(plain.cpuS), wallS: round(plain.wallS) },
  ratio: { cpu: round(plain.cpuS / own.cpuS), wall: round(plain.wallS / own.wallS) }, peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1024), tensors: tf.memory().numTensors,
}, null, 2));
