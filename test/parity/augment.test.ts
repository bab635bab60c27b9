// The reference's finetuning augmentations from given draws: SpecAugment, waveform mixup, label smoothing, noise and
// roll.
import { describe, expect, it } from 'vitest';
import { fbank } from '../../src/engine/preprocess/fbank.ts';
import { padFbank } from '../../src/shared/signal/fbankInput.ts';
import {
  maskedRange,
  mixWaveforms,
  noiseAndRoll,
  smoothedTarget,
  specAugment,
} from '../../src/engine/training/data/augment.ts';
import { compare, compareValue, filesMatching, has, json, tensor, wav } from './fixtures.ts';

const bands = 128;
interface Draw {
  u_freq_value: number;
  u_freq_min: number;
  u_time_value: number;
  u_time_min: number;
  freq_masked: [number, number];
  time_masked: [number, number];
}

describe.runIf(has('augment/specaug.json'))('SpecAugment', () => {
  it("masks the reference's ranges", () => {
    const { freqm, timem, draws } = json('augment/specaug.json') as { freqm: number; timem: number; draws: Draw[] };
    for (const draw of draws) {
      expect(maskedRange(bands, freqm, draw.u_freq_value, draw.u_freq_min)).toEqual(draw.freq_masked);
      const [low, high] = maskedRange(1024, timem, draw.u_time_value, draw.u_time_min);
      expect([low, Math.min(high, 998)]).toEqual(draw.time_masked);
    }
  });

  it.runIf(has('augment/specaug0.bin', 'fbank/speech.fbank.bin'))('fills with zero before normalisation', () => {
    const { freqm, timem, draws } = json('augment/specaug.json') as { freqm: number; timem: number; draws: Draw[] };
    const [first] = draws as [Draw];
    const values = [first.u_freq_value, first.u_freq_min, first.u_time_value, first.u_time_min];
    const features = tensor('fbank/speech.fbank.bin').data;
    specAugment(features, { bands, freqMask: freqm, timeMask: timem }, () => values.shift()!);
    compare(features, 'augment/specaug0.bin');
  });
});

describe.runIf(filesMatching(/^augment\/mixup_.*\.bin$/).length > 0)('mixup of waveforms', () => {
  const pairs = {
    'augment/mixup_long_short.bin': ['speech', 'short3s'],
    'augment/mixup_short_long.bin': ['short3s', 'speech'],
  } as const;
  it.each(filesMatching(/^augment\/mixup_.*\.bin$/))('%s', (file) => {
    const [first, second] = pairs[file as keyof typeof pairs].map((name) => wav(`fbank/${name}.wav`).channels[0]!) as [
      Float32Array,
      Float32Array,
    ];
    const { lam } = json('augment/labels.json') as { lam: number };
    compare(padFbank(fbank(mixWaveforms(first, second, lam), 16_000)), file);
  });
});

describe.runIf(has('augment/labels.json'))('labels, noise and roll', () => {
  const facts = has('augment/labels.json') ? json('augment/labels.json') : {};
  it('smooths labels with and without mixup', () => {
    const check = (actual: Float32Array, expected: number[]) =>
      expected.forEach((x, k) => compareValue(actual[k]!, x, 'augment/labels.json', { atol: 1e-6 }, `class ${k}`));
    check(smoothedTarget(facts.classes, facts.label_smooth, facts.sample0_labels), facts.plain);
    check(
      smoothedTarget(facts.classes, facts.label_smooth, facts.sample0_labels, {
        labels: facts.sample1_labels,
        lambda: facts.lam,
      }),
      facts.mixed,
    );
  });

  it('adds noise, then rolls along time', () => {
    const { in_first4, noise_row0_first4, out_first4, out_row_of_input0 } = facts.noise_roll_check;
    const input = new Float32Array(1024 * bands);
    input.set(in_first4);
    const draws = [...(noise_row0_first4 as number[])];
    const out = noiseAndRoll(input, bands, facts.noise_amp, facts.roll, () => draws.shift() ?? 0);
    (out_first4 as number[]).forEach((x, k) =>
      compareValue(out[out_row_of_input0 * bands + k]!, x, 'augment/labels.json', { atol: 1e-6 }, `noise ${k}`),
    );
  });
});
