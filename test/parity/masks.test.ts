// All mask modes from given noise and given draws.
//
// Structurally removed tokens all have the same noise, and the order PyTorch's argsort gives them differs between processors (the stored
// one is not stable, whatever the manifest's note says). Only which tokens are kept matters: those with a noise of their own exactly, and
// where fewer of these are left than are to be kept, the right number of the others.
import { describe, expect, it } from 'vitest';
import { addStructure, keptTokens, maskFromNoise, type MaskMode } from '../../src/engine/model/masking.ts';
import { structureOf } from './structure.ts';
import { compareValue, has, json, tensor } from './fixtures.ts';

interface MaskCase {
  mode: string;
  mask_ratio: number;
  len_keep: number;
  samples_in_call_order: number[][];
  ids_keep: number[][];
  ids_restore: number[][];
  mask: string[];
}

describe.runIf(has('masks/cases.json'))('masks', () => {
  const cases = has('masks/cases.json') ? (json('masks/cases.json') as MaskCase[]) : [];
  it.each(cases.map((one) => [`${one.mode} at ${one.mask_ratio}`, one] as const))('%s', (_, one) => {
    const { data, shape } = tensor(`masks/noise_${one.mode.endsWith('_v') ? 'v' : 'a'}.bin`);
    const [batch, length] = shape as [number, number];
    const noise = data.slice();
    if (!one.mode.startsWith('unstructured'))
      addStructure(noise, structureOf(one.mode as MaskMode, one.samples_in_call_order, batch), [8, 64]);
    const mask = maskFromNoise(noise, batch, length, keptTokens(length, one.mask_ratio));
    expect(mask.lenKeep).toBe(one.len_keep);
    const own = (token: number, n: number) => noise[n * length + token]! < 1;
    const expectedMask = one.mask.join('');
    for (let n = 0; n < batch; n++) {
      const kept = [...mask.idsKeep.subarray(n * one.len_keep, (n + 1) * one.len_keep)];
      const free = kept.filter((token) => own(token, n));
      expect(free).toEqual(one.ids_keep[n]!.filter((token) => own(token, n)));
      expect(kept.length - free.length, 'structurally removed, kept all the same').toBe(
        one.ids_keep[n]!.filter((token) => !own(token, n)).length,
      );
      const restored = [...mask.idsRestore.subarray(n * length, (n + 1) * length)];
      expect(restored.filter((_, token) => own(token, n))).toEqual(
        one.ids_restore[n]!.filter((_, token) => own(token, n)),
      );
      expect(restored.toSorted((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
    }
    const wrong = [...mask.mask].filter(
      (gone, i) => own(i % length, Math.floor(i / length)) && String(gone) !== expectedMask[i],
    ).length;
    compareValue(wrong, 0, 'masks/cases.json', {}, one.mode);
  });
});
