// Mel energies → power spectra that would give them: the bank's triangles undone by multiplicative updates (Richardson
// and Lucy), which never go below zero. Many spectra fit one mel frame; this finds a smooth one.

import { analysis } from '../../../../../shared/signal/analysis.ts';
import { melOfHz } from '../../../../../shared/signal/melScale.ts';

interface Triangle {
  from: number;
  weights: Float64Array;
}

/** Triangles equally spaced in mel; the narrow low ones may hold no frequency of the transform. */
function triangles(): Triangle[] {
  const { rateHz, size, bands, lowHz } = analysis;
  const [low, step] = [melOfHz(lowHz), (melOfHz(rateHz / 2) - melOfHz(lowHz)) / (bands + 1)];
  return Array.from({ length: bands }, (_, band) => {
    const weight = (k: number): number => {
      const at = (melOfHz((k * rateHz) / size) - low) / step - band;
      return Math.max(0, Math.min(at, 2 - at));
    };
    const all = Array.from({ length: size / 2 }, (__, k) => weight(k));
    const from = all.findIndex((value) => value > 0);
    return from < 0
      ? { from: 0, weights: new Float64Array() }
      : { from, weights: Float64Array.from(all.slice(from, all.findLastIndex((value) => value > 0) + 1)) };
  });
}

/** @param energies [T, 128] → [T, 256] */
export function powerOfMel(energies: Float64Array, rounds = 25): Float64Array {
  const { bands, size } = analysis;
  const [bank, columns, frames] = [triangles(), size / 2, energies.length / bands];
  const total = new Float64Array(columns);
  for (const { from, weights } of bank)
    weights.forEach((weight, i) => {
      total[from + i]! += weight;
    });
  const out = new Float64Array(frames * columns);
  const gain = new Float64Array(columns);
  for (let t = 0; t < frames; t++) {
    const power = out.subarray(t * columns, (t + 1) * columns);
    for (let k = 0; k < columns; k++) power[k] = total[k] ? 1 : 0;
    for (let round = 0; round < rounds; round++) {
      gain.fill(0);
      for (const [band, { from, weights }] of bank.entries()) {
        let sum = 1e-12;
        for (let i = 0; i < weights.length; i++) sum += weights[i]! * power[from + i]!;
        const ratio = energies[t * bands + band]! / sum;
        for (let i = 0; i < weights.length; i++) gain[from + i]! += weights[i]! * ratio;
      }
      for (let k = 0; k < columns; k++) if (total[k]) power[k]! *= gain[k]! / total[k]!;
    }
  }
  return out;
}
