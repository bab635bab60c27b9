// IEEE half precision and bfloat16 to and from float32.

// Every half value once: 65,536 floats make the conversion a table look-up.
let halfTable: Float32Array | null = null;

function halfValues(): Float32Array {
  if (halfTable) return halfTable;
  halfTable = new Float32Array(65_536);
  for (let bits = 0; bits < 65_536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    const magnitude =
      exponent === 0
        ? fraction * 2 ** -24
        : exponent === 31
          ? fraction
            ? NaN
            : Infinity
          : (1 + fraction / 1024) * 2 ** (exponent - 15);
    halfTable[bits] = sign * magnitude;
  }
  return halfTable;
}

export function halfToFloat32(half: Uint16Array): Float32Array {
  const table = halfValues();
  const out = new Float32Array(half.length);
  for (let i = 0; i < out.length; i++) out[i] = table[half[i] as number] as number;
  return out;
}

/** Nearest half, ties to even; beyond 65,504 becomes infinite. */
export function float32ToHalf(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const b = bits[i] as number;
    const sign = (b >>> 16) & 0x8000;
    const magnitude = b & 0x7fffffff;
    if (magnitude >= 0x7f800000) {
      out[i] = sign | 0x7c00 | (magnitude > 0x7f800000 ? 0x200 : 0);
    } else if (magnitude < 0x38800000) {
      // Subnormal in half precision: round(|x| * 2^24), ties to even.
      const scaled = Math.abs(values[i] as number) * 2 ** 24;
      const floor = Math.floor(scaled);
      const rest = scaled - floor;
      out[i] = sign | (floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0));
    } else {
      const rounded = magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1);
      out[i] = sign | Math.min(rounded >>> 13, 0x7c00);
    }
  }
  return out;
}

export function bfloat16ToFloat32(values: Uint16Array): Float32Array {
  const bits = new Uint32Array(values.length);
  for (let i = 0; i < bits.length; i++) bits[i] = (values[i] as number) << 16;
  return new Float32Array(bits.buffer);
}
