import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../../src/shared/wire/safetensors.ts';

test('round trip keeps values, shapes and metadata', () => {
  fc.assert(
    fc.property(
      fc.float32Array({ minLength: 1, maxLength: 50 }),
      fc.uint8Array({ maxLength: 9 }),
      fc.string({ maxLength: 8 }),
      (floats, bytes, note) => {
        const file = decodeSafetensors(
          encodeSafetensors(
            { a: { shape: [floats.length], data: floats }, b: { shape: [1, bytes.length], data: bytes } },
            { note },
          ),
        );
        expect(file.metadata).toEqual({ note });
        expect(file.tensors.a).toEqual({ shape: [floats.length], data: floats });
        expect(file.tensors.b).toEqual({ shape: [1, bytes.length], data: bytes });
      },
    ),
  );
});

test('a cut file is refused, never half read', () => {
  const whole = encodeSafetensors({ a: { shape: [4], data: new Float32Array(4) } });
  for (let length = 0; length < whole.length; length++)
    expect(() => decodeSafetensors(whole.subarray(0, length))).toThrow();
});
