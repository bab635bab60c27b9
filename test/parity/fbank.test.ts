// The audio front end against torchaudio's Kaldi fbank, at every sample rate and channel layout of the fixtures.
import { describe, expect, it } from 'vitest';
import { fbank, frameCount, waveformMean } from '../../src/engine/preprocess/fbank.ts';
import { hannWindow } from '../../src/shared/signal/analysis.ts';
import { normaliseFbank, padFbank, referenceTooShortFbank } from '../../src/shared/signal/fbankInput.ts';
import { melBank } from '../../src/engine/preprocess/melBank.ts';
import { compare, filesMatching, has, json, wav } from './fixtures.ts';

const names = filesMatching(/^fbank\/.*\.wav$/).map((file) => file.slice('fbank/'.length, -'.wav'.length));

/** Log-mel [1024, 128] as the reference's loader gives it. */
function referenceFbank(name: string): Float32Array {
  const { channels, sampleRateHz } = wav(`fbank/${name}.wav`);
  const [first] = channels as [Float32Array];
  if (frameCount(first.length, sampleRateHz) === 0) return padFbank(referenceTooShortFbank());
  return padFbank(fbank(first, sampleRateHz, waveformMean(channels)));
}

describe('fbank', () => {
  it.each(names)('%s', (name) => {
    const features = referenceFbank(name);
    expect(features.length).toBe(1024 * 128);
    if (has(`fbank/${name}.fbank.bin`)) compare(features, `fbank/${name}.fbank.bin`);
    if (has(`fbank/${name}.norm.bin`)) compare(normaliseFbank(features), `fbank/${name}.norm.bin`);
  });

  it('counts frames as the reference does', () => {
    const cases = json('fbank/cases.json') as Record<
      string,
      { sample_rate: number; samples: number; frames_before_cut_pad: number }
    >;
    for (const [name, { sample_rate, samples, frames_before_cut_pad }] of Object.entries(cases)) {
      const frames = frameCount(samples, sample_rate);
      expect(frames === 0 ? referenceTooShortFbank().length / 128 : frames, name).toBe(frames_before_cut_pad);
    }
  });

  it('refuses sound shorter than one window instead of inventing features', () => {
    expect(() => fbank(new Float32Array(300))).toThrow('shorter than one window');
  });
});

describe('filters', () => {
  it.each(filesMatching(/^fbank\/hann\d+\.bin$/))('%s', (file) =>
    compare(hannWindow(Number(/\d+/.exec(file)?.[0])), file),
  );
  it.each(filesMatching(/^fbank\/melbank_\d+_\d+\.bin$/))('%s', (file) => {
    const [, rate, size] = /(\d+)_(\d+)\.bin$/.exec(file) ?? [];
    compare(melBank(Number(rate), Number(size)).matrix, file);
  });
});
