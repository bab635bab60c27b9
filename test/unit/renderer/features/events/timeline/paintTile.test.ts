// Painting: frequencies land on their rows, loud is bright, and axes invert.
import { describe, expect, it } from 'vitest';
import {
  axisTicks,
  hzOfShare,
  scaleNames,
  shareOfHz,
} from '../../../../../../src/renderer/src/features/events/timeline/frequencyScale.ts';
import {
  levelAt,
  levelColours,
  paintTile,
  type PaintSettings,
  type Tile,
} from '../../../../../../src/renderer/src/features/events/timeline/paintTile.ts';

const settings: PaintSettings = { scale: 'linear', lowHz: 0, highHz: 24_000, gainDb: 0, rangeDb: 80, colours: 'grey' };
/** 2 columns of 64 bins up to 24 kHz: the second holds a full-scale line in bin 16, 6 to 6.375 kHz. */
const tile: Tile = {
  columns: 2,
  bins: 64,
  power: new Uint8Array(128).fill(0).fill(255, 64 + 16, 64 + 17),
  peaks: new Float32Array(4),
};

describe('a painted tile', () => {
  it.each(scaleNames)('puts a frequency on its row of a %s axis', (scale) => {
    const axis = { ...settings, scale, lowHz: scale === 'log' ? 50 : 0 };
    const rows = 256;
    const pixels = paintTile(tile, axis, rows, 24_000);
    const row = Math.floor((1 - shareOfHz(axis, 6200)) * rows);
    expect([pixels[(row * 2 + 1) * 4], pixels[row * 2 * 4]]).toEqual([255, 0]);
    const lit = Array.from({ length: rows }, (_, r) => r).filter((r) => pixels[(r * 2 + 1) * 4] === 255);
    expect(lit.length).toBeLessThan(rows / 8);
  });

  it('shows a line that is thinner than a row', () => {
    const pixels = paintTile(tile, settings, 16, 24_000);
    expect([...pixels].filter((value, i) => i % 4 === 0 && value === 255)).toHaveLength(1);
  });

  it('is brighter with gain and flatter with range', () => {
    const brightness = (more: Partial<PaintSettings>) => levelColours({ ...settings, ...more })[4 * 140]!;
    expect(brightness({ gainDb: 20 })).toBeGreaterThan(brightness({}));
    expect(brightness({ rangeDb: 120 })).toBeGreaterThan(brightness({ rangeDb: 60 }));
  });

  it('tells the level under the pointer', () => {
    expect(levelAt(tile, 1, 6100, 24_000)).toBe(0);
    expect(levelAt(tile, 0, 6100, 24_000)).toBe(-127.5);
    expect(levelAt(tile, 2, 6100, 24_000)).toBeNull();
  });
});

describe('a frequency axis', () => {
  it.each(scaleNames)('inverts on a %s scale', (scale) => {
    const axis = { scale, lowHz: 100, highHz: 96_000 };
    for (const hz of [100, 440, 5000, 95_000]) expect(hzOfShare(axis, shareOfHz(axis, hz))).toBeCloseTo(hz, 3);
  });
  it('has marks that do not touch', () => {
    for (const scale of scaleNames) {
      const axis = { scale, lowHz: 0, highHz: 96_000 };
      const ticks = axisTicks(axis, 200);
      expect(ticks.length).toBeGreaterThan(2);
      for (let i = 1; i < ticks.length; i++)
        expect((shareOfHz(axis, ticks[i]!) - shareOfHz(axis, ticks[i - 1]!)) * 200).toBeGreaterThanOrEqual(19.9);
    }
  });
});
