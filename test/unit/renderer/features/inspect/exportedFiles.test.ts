// @vitest-environment node
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { arrayArchive } from '../../../../../src/renderer/src/features/inspect/export/arrayArchive.ts';
import { wavFile } from '../../../../../src/renderer/src/features/inspect/sound/wavFile.ts';
import { sideOf } from '../../../../../src/shared/figures/reconstructionSide.ts';
import { decodeNpy } from '../../../../../src/shared/wire/npy.ts';

const ramp = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.fround(Math.sin(i)));

test('the archive gives back the arrays that were painted', () => {
  const [sound, picture] = [ramp(1024 * 128), ramp(3 * 224 * 224)];
  const A = sideOf('A', {
    original: sound,
    prediction: sound.map((x) => -x),
    mask: new Uint8Array(512).fill(1, 7, 9),
    error: ramp(512),
    loss: 1,
  });
  const V = sideOf('V', {
    original: picture,
    prediction: picture,
    mask: new Uint8Array(196),
    error: ramp(196),
    loss: null,
  });
  const files = unzipSync(arrayArchive({ A, V, perPatchStatistics: false }));
  expect(Object.keys(files).toSorted()).toEqual(
    ['audio', 'frame'].flatMap((name) =>
      ['error', 'mask', 'original', 'reconstruction'].map((part) => `${name}-${part}.npy`),
    ),
  );
  expect(decodeNpy(files['audio-original.npy']!)).toEqual({ shape: [1024, 128], data: sound });
  expect(decodeNpy(files['audio-reconstruction.npy']!).data[1]).toBe(-sound[1]!);
  expect(decodeNpy(files['frame-original.npy']!)).toEqual({ shape: [3, 224, 224], data: picture });
  const mask = decodeNpy(files['audio-mask.npy']!);
  expect([mask.shape, mask.data[7], mask.data[9]]).toEqual([[8, 64], 1, 0]);
});

test('a WAV file says what it holds, and clips what is too loud', () => {
  const bytes = wavFile(Float32Array.of(0, 0.5, -2), 16_000);
  const view = new DataView(bytes.buffer);
  expect([
    String.fromCharCode(...bytes.subarray(0, 4)),
    String.fromCharCode(...bytes.subarray(8, 16)),
    view.getUint32(4, true),
    view.getUint32(24, true),
    view.getUint32(40, true),
  ]).toEqual(['RIFF', 'WAVEfmt ', bytes.length - 8, 16_000, 6]);
  expect([0, 1, 2].map((k) => view.getInt16(44 + 2 * k, true))).toEqual([0, 16_384, -32_767]);
});
