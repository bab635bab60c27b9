import { describe, expect, it } from 'vitest';
import { bfloat16ToFloat32, float32ToHalf, halfToFloat32 } from '../../../../src/engine/checkpoint/halfPrecision.ts';

describe('half precision', () => {
  it('every half value survives the way to float32 and back', () => {
    const all = Uint16Array.from({ length: 65_536 }, (_, i) => i);
    const back = float32ToHalf(halfToFloat32(all));
    const lost = all.filter((bits, i) => back[i] !== bits && (bits & 0x7c00) !== 0x7c00);
    expect([...lost]).toEqual([]);
    expect(back[0x7c00]).toBe(0x7c00);
    expect((back[0x7e01] as number) & 0x7fff).toBeGreaterThan(0x7c00);
  });

  it('rounds to the nearest, ties to even, and overflows to infinity', () => {
    const halves = (...values: number[]) => [...halfToFloat32(float32ToHalf(Float32Array.from(values)))];
    expect(halves(1 + 2 ** -11, 1 + 3 * 2 ** -11, 65_504, 65_519, 65_520, -1e9, 2 ** -25, 1.5 * 2 ** -24)).toEqual([
      1,
      1 + 2 ** -9,
      65_504,
      65_504,
      Infinity,
      -Infinity,
      0,
      2 ** -23,
    ]);
  });

  it('reads bfloat16 as the upper half of a float32', () => {
    expect([...bfloat16ToFloat32(Uint16Array.of(0x3f80, 0xc040, 0x0000))]).toEqual([1, -3, 0]);
  });
});
