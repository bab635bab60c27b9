// The visible part of a recording: zoom keeps its anchor, pan and zoom stay inside, and tiles cover the view without
// gaps.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clampView,
  levelFor,
  panView,
  shortestSpanS,
  ticksOf,
  tilesIn,
  timeAt,
  xOf,
  zoomView,
} from '../../../../../../src/renderer/src/features/events/timeline/view.ts';
import { secondsPerColumn, secondsPerTile } from '../../../../../../src/shared/wire/recordingTiles.ts';

const lengthS = fc.double({ min: 0.1, max: 36_000, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('a view', () => {
  it('stays inside the recording, whatever is done to it', () => {
    fc.assert(
      fc.property(lengthS, share, share, fc.double({ min: 0.01, max: 100, noNaN: true }), (length, a, b, factor) => {
        const view = clampView({ fromS: a * length, toS: b * length }, length);
        for (const one of [view, zoomView(view, a * length, factor, length), panView(view, (b - a) * length, length)]) {
          expect(one.fromS).toBeGreaterThanOrEqual(0);
          expect(one.toS).toBeLessThanOrEqual(Math.max(length, shortestSpanS) + 1e-6);
          expect(one.toS - one.fromS).toBeGreaterThanOrEqual(Math.min(shortestSpanS, length) - 1e-9);
        }
      }),
    );
  });

  it('keeps the anchor of a zoom under the pointer', () => {
    const view = { fromS: 100, toS: 200 };
    const closer = zoomView(view, 130, 0.1, 1000);
    expect(xOf(closer, 800, 130)).toBeCloseTo(xOf(view, 800, 130));
    expect(closer.toS - closer.fromS).toBeCloseTo(10);
  });

  it('turns pixels to seconds and back', () => {
    const view = { fromS: 3, toS: 5 };
    expect(timeAt(view, 1000, xOf(view, 1000, 4.25))).toBeCloseTo(4.25);
  });
});

describe('tiles of a view', () => {
  it('have at least a column per pixel, and cover the view', () => {
    fc.assert(
      fc.property(lengthS, share, share, (length, a, b) => {
        const view = clampView({ fromS: Math.min(a, b) * length, toS: Math.max(a, b) * length }, length);
        const level = levelFor(view, 1200);
        const spanS = view.toS - view.fromS;
        if (level > 0) expect(secondsPerColumn(level)).toBeLessThanOrEqual(spanS / 1200 + 1e-9);
        const tiles = tilesIn(view, level, length);
        expect(tiles[0]! * secondsPerTile(level)).toBeLessThanOrEqual(view.fromS + 1e-9);
        expect((tiles.at(-1)! + 1) * secondsPerTile(level)).toBeGreaterThanOrEqual(Math.min(view.toS, length) - 0.002);
        expect(tiles.length).toBeLessThanOrEqual(12);
      }),
    );
  });
});

describe('the ruler', () => {
  it('marks round times with the decimals they need', () => {
    expect(ticksOf({ fromS: 0, toS: 60 }, 800)).toEqual({ times: [0, 10, 20, 30, 40, 50, 60], decimals: 0 });
    const close = ticksOf({ fromS: 1, toS: 1.04 }, 800);
    expect(close.decimals).toBe(3);
    expect(close.times[0]).toBeCloseTo(1);
  });
});
