// FFT of real frames and its inverse: a complex Stockham FFT of half the length (radix 4, one radix-2 step where
// needed) and the usual split into the real signal's bins. Own code because it runs a thousand times per clip and an
// FFT library's plan would be as long.

/** Twiddle factors of one radix-4 step over sub-transforms of length n: w^p, w^2p, w^3p interleaved as (re, im) x 3. */
function twiddles(n: number): Float64Array {
  const table = new Float64Array((n / 4) * 6);
  for (let p = 0; p < n / 4; p++) {
    for (let k = 1; k <= 3; k++) {
      table[p * 6 + 2 * (k - 1)] = Math.cos((2 * Math.PI * p * k) / n);
      table[p * 6 + 2 * (k - 1) + 1] = -Math.sin((2 * Math.PI * p * k) / n);
    }
  }
  return table;
}

/** A plan for frames of `size` samples (a power of two, at least 4). */
export class RealFft {
  readonly size: number;
  private readonly steps: { length: number; stride: number; table: Float64Array }[] = [];
  private readonly split: Float64Array;
  private a: { re: Float64Array; im: Float64Array };
  private b: { re: Float64Array; im: Float64Array };
  private readonly bins: { re: Float64Array; im: Float64Array };

  constructor(size: number) {
    if (size < 4 || (size & (size - 1)) !== 0) throw new RangeError(`FFT size ${size} is not a power of two`);
    this.size = size;
    const half = size / 2;
    this.a = { re: new Float64Array(half), im: new Float64Array(half) };
    this.b = { re: new Float64Array(half), im: new Float64Array(half) };
    this.bins = { re: new Float64Array(half), im: new Float64Array(half) };
    let stride = 1;
    for (let length = half; length >= 4; length /= 4) {
      this.steps.push({ length, stride, table: twiddles(length) });
      stride *= 4;
    }
    this.split = Float64Array.from({ length: size }, (_, i) =>
      (i % 2 ? Math.sin : Math.cos)((2 * Math.PI * (i >> 1)) / size),
    );
  }

  /**
   * Forward transform; the Nyquist bin is left out, as Kaldi's mel bank ignores it.
   * @param frame [size] samples
   * @param re, im [size / 2] receive the bins k = 0 … size/2 - 1
   */
  spectrum(frame: Float64Array, re: Float64Array, im: Float64Array): void {
    const half = this.size / 2;
    for (let i = 0; i < half; i++) {
      this.a.re[i] = frame[2 * i] as number;
      this.a.im[i] = frame[2 * i + 1] as number;
    }
    this.transform();
    const { re: zr, im: zi } = this.a;
    re[0] = (zr[0] as number) + (zi[0] as number);
    im[0] = 0;
    const { split } = this;
    for (let k = 1; k <= half / 2; k++) {
      const m = half - k;
      const ar = zr[k] as number,
        ai = zi[k] as number,
        br = zr[m] as number,
        bi = zi[m] as number;
      const er = 0.5 * (ar + br),
        ei = 0.5 * (ai - bi),
        or = 0.5 * (ai + bi),
        oi = 0.5 * (br - ar);
      const c = split[2 * k] as number,
        s = split[2 * k + 1] as number;
      const tr = c * or + s * oi,
        ti = c * oi - s * or;
      re[m] = er - tr;
      im[m] = ti - ei;
      re[k] = er + tr;
      im[k] = ei + ti;
    }
  }

  /**
   * @param frame [size] samples
   * @param power [size / 2] receives |X[k]|^2 for k = 0 … size/2 - 1
   */
  power(frame: Float64Array, power: Float64Array): void {
    const { re, im } = this.bins;
    this.spectrum(frame, re, im);
    for (let k = 0; k < power.length; k++) power[k] = (re[k] as number) ** 2 + (im[k] as number) ** 2;
  }

  /**
   * Inverse of `spectrum`, scaled by 1 / size. The first bin counts as real and the Nyquist bin as zero.
   * @param re, im [size / 2] bins
   * @param frame [size] receives the samples
   */
  inverse(re: Float64Array, im: Float64Array, frame: Float64Array): void {
    const half = this.size / 2;
    const { split } = this;
    const { re: zr, im: zi } = this.a;
    // Z = E + iO of the even and odd samples; conjugated, so that the forward transform computes the inverse.
    for (let k = 0; k < half; k++) {
      const m = half - k;
      const br = k === 0 ? 0 : (re[m] as number),
        bi = k === 0 ? 0 : -(im[m] as number);
      const ar = re[k] as number,
        ai = k === 0 ? 0 : (im[k] as number);
      const dr = 0.5 * (ar - br),
        di = 0.5 * (ai - bi);
      const c = split[2 * k] as number,
        s = split[2 * k + 1] as number;
      zr[k] = 0.5 * (ar + br) - (s * dr + c * di);
      zi[k] = -(0.5 * (ai + bi) + (c * dr - s * di));
    }
    this.transform();
    for (let i = 0; i < half; i++) {
      frame[2 * i] = (this.a.re[i] as number) / half;
      frame[2 * i + 1] = -(this.a.im[i] as number) / half;
    }
  }

  /** In `a`, result in `a`. */
  private transform(): void {
    for (const step of this.steps) {
      radix4(this.a, this.b, step);
      [this.a, this.b] = [this.b, this.a];
    }
    const rest = this.a.re.length / 4 ** this.steps.length;
    if (rest !== 2) return;
    const s = this.a.re.length / 2;
    for (const [x, y] of [
      [this.a.re, this.b.re],
      [this.a.im, this.b.im],
    ] as const) {
      for (let q = 0; q < s; q++) {
        const u = x[q] as number,
          v = x[q + s] as number;
        y[q] = u + v;
        y[q + s] = u - v;
      }
    }
    [this.a, this.b] = [this.b, this.a];
  }
}

function radix4(
  x: { re: Float64Array; im: Float64Array },
  y: { re: Float64Array; im: Float64Array },
  step: { length: number; stride: number; table: Float64Array },
): void {
  const { length, stride, table } = step;
  const { re: xr, im: xi } = x,
    { re: yr, im: yi } = y;
  const quarter = length / 4,
    jump = stride * quarter;
  for (let p = 0; p < quarter; p++) {
    const t = p * 6;
    const w1r = table[t] as number,
      w1i = table[t + 1] as number,
      w2r = table[t + 2] as number,
      w2i = table[t + 3] as number,
      w3r = table[t + 4] as number,
      w3i = table[t + 5] as number;
    const from = stride * p,
      to = stride * 4 * p;
    for (let q = 0; q < stride; q++) {
      const i = from + q,
        o = to + q;
      const ar = xr[i] as number,
        ai = xi[i] as number,
        br = xr[i + jump] as number,
        bi = xi[i + jump] as number;
      const cr = xr[i + 2 * jump] as number,
        ci = xi[i + 2 * jump] as number,
        dr = xr[i + 3 * jump] as number,
        di = xi[i + 3 * jump] as number;
      const pr = ar + cr,
        pi = ai + ci,
        mr = ar - cr,
        mi = ai - ci,
        sr = br + dr,
        si = bi + di;
      // j (b - d)
      const jr = di - bi,
        ji = br - dr;
      yr[o] = pr + sr;
      yi[o] = pi + si;
      let ur = mr - jr,
        ui = mi - ji;
      yr[o + stride] = w1r * ur - w1i * ui;
      yi[o + stride] = w1r * ui + w1i * ur;
      ur = pr - sr;
      ui = pi - si;
      yr[o + 2 * stride] = w2r * ur - w2i * ui;
      yi[o + 2 * stride] = w2r * ui + w2i * ur;
      ur = mr + jr;
      ui = mi + ji;
      yr[o + 3 * stride] = w3r * ur - w3i * ui;
      yi[o + 3 * stride] = w3r * ui + w3i * ur;
    }
  }
}
