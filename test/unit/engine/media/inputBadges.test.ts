import { expect, test } from 'vitest';
import { inputBadges, type InputFacts } from '../../../../src/engine/media/inputBadges.ts';

const tone = Float32Array.from({ length: 160_000 }, (_, n) => 0.3 * Math.sin(n));
const moving = Uint8Array.from({ length: 10 * 12 }, (_, i) => Math.floor(i / 12) * 20);
const facts: InputFacts = {
  kind: 'video',
  startS: 0,
  endS: 10,
  durationS: 10,
  samples: tone,
  sampleRateHz: 16_000,
  frames: moving,
  salvaged: false,
};

test.each([
  ['a whole clip has none', {}, []],
  ['no sound', { samples: null }, ['no-sound']],
  ['no picture', { kind: 'audio', frames: null }, ['no-picture']],
  [
    'silence, dither and all',
    { samples: new Float32Array(160_000).map((_, n) => (n % 3 ? 1 : -1) / 32_768) },
    ['silent'],
  ],
  ['shorter than the window', { samples: tone.subarray(0, 48_000), endS: 3, durationS: 3 }, ['padded']],
  ['sound that ends early', { samples: tone.subarray(0, 80_000) }, ['padded']],
  ['a window of a longer file', { startS: 10, endS: 20, durationS: 30 }, ['cut']],
  ['nothing moves', { frames: new Uint8Array(120).fill(9) }, ['frozen']],
  [
    'a still',
    { kind: 'image', samples: null, endS: 0, durationS: 0, frames: new Uint8Array(120) },
    ['no-sound', 'still'],
  ],
  ['salvaged', { salvaged: true }, ['salvaged']],
] as [string, Partial<InputFacts>, string[]][])('%s', (_, change, badges) =>
  expect(inputBadges({ ...facts, ...change })).toEqual(badges),
);
