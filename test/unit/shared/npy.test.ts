import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeNpy, encodeNpy } from '../../../src/shared/wire/npy.ts';

const header = (text: string): Uint8Array => {
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  return Uint8Array.from([
    0x93,
    0x4e,
    0x55,
    0x4d,
    0x50,
    0x59,
    1,
    0,
    padded.length & 255,
    padded.length >> 8,
    ...new TextEncoder().encode(padded),
  ]);
};

describe('npy', () => {
  it('writes the bytes NumPy writes', () => {
    const bytes = encodeNpy(Float32Array.of(1, 2, 3), [3]);
    // numpy.save of np.array([1, 2, 3], '<f4')
    expect(new TextDecoder('latin1').decode(bytes.subarray(1, 6))).toBe('NUMPY');
    expect(bytes.length).toBe(128 + 12);
    expect(new TextDecoder().decode(bytes.subarray(10, 127))).toBe(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }".padEnd(117),
    );
    expect(bytes[127]).toBe(10);
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }), (shape) => {
        const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, k) => k / 3 - 1);
        const back = decodeNpy(encodeNpy(data, shape));
        expect(back.shape).toEqual(shape);
        expect([...back.data]).toEqual([...data]);
      }),
    );
  });

  it('reads Fortran order and float64', () => {
    const values = new Float64Array([0, 3, 1, 4, 2, 5]);
    const head = header("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }");
    const bytes = new Uint8Array(head.length + values.byteLength);
    bytes.set(head);
    bytes.set(new Uint8Array(values.buffer), head.length);
    expect([...decodeNpy(bytes).data]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it.each([
    ['half precision', '<f2', [0x00, 0x3c, 0x00, 0xc1, 0x01, 0x00, 0x00, 0x7c], [1, -2.5, 2 ** -24, Infinity]],
    [
      'half precision, big-endian',
      '>f2',
      [0x3c, 0x00, 0xc1, 0x00, 0x00, 0x01, 0x7c, 0x00],
      [1, -2.5, 2 ** -24, Infinity],
    ],
    ['16-bit integers', '<i2', [0x01, 0x00, 0xff, 0xff, 0x00, 0x80, 0xff, 0x7f], [1, -1, -32768, 32767]],
    ['booleans', '|b1', [1, 0, 0, 1], [1, 0, 0, 1]],
  ] as const)('reads %s', (_, type, values, expected) => {
    const bytes = Uint8Array.of(...header(`{'descr': '${type}', 'fortran_order': False, 'shape': (4,), }`), ...values);
    expect([...decodeNpy(bytes).data]).toEqual(expected);
  });

  it.each([
    ['text', new TextEncoder().encode('hello, I am no array')],
    ['an unknown type', header("{'descr': '|O8', 'fortran_order': False, 'shape': (1,), }")],
    ['too few bytes', header("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000,), }")],
    ['a cut header', encodeNpy(Float32Array.of(1), [1]).subarray(0, 40)],
  ])('refuses %s by name', (_, bytes) => {
    expect(() => decodeNpy(bytes, 'x.npy')).toThrow(/x\.npy is not a readable \.npy array/);
  });
});
