// Marking by hand: snapping, moving edges, lanes, held keys, and what keys mean.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  drawnSpan,
  gripAt,
  moveSpan,
  shortestEventS,
} from '../../../../../../src/renderer/src/features/events/marking/editing.ts';
import { releasedMark } from '../../../../../../src/renderer/src/features/events/marking/holdToMark.ts';
import { laneLayout } from '../../../../../../src/renderer/src/features/events/marking/laneLayout.ts';
import { recordingAction } from '../../../../../../src/renderer/src/features/events/marking/recordingKeys.ts';
import { snapTime } from '../../../../../../src/renderer/src/features/events/marking/snapping.ts';

describe('snapping', () => {
  const context = { frameRateHz: 25, edgesS: [4.02, 4.05], reachS: 0.02 } as const;
  it.each([
    ['off', 4.03, 4.03],
    ['events', 4.03, 4.02],
    ['events', 4.2, 4.2],
    ['frames', 5.05, 5.04],
    ['10 ms', 5.057, 5.06],
    ['frames', 4.055, 4.05],
  ] as const)('%s takes %d to %d', (snap, from, to) => {
    expect(snapTime(from, { ...context, snap })).toBeCloseTo(to, 6);
  });
  it('of frames leaves a recording without a picture alone', () => {
    expect(snapTime(5.051, { ...context, edgesS: [], frameRateHz: null, snap: 'frames' })).toBe(5.051);
  });
});

describe('moving an edge', () => {
  it('never crosses the other one nor leaves the recording', () => {
    const time = fc.double({ min: -10, max: 70, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom('onset', 'offset', 'whole'), time, (grip, to) => {
        const { onsetS, offsetS } = moveSpan({ onsetS: 20, offsetS: 22 }, grip, to, 60);
        expect(onsetS).toBeGreaterThanOrEqual(0);
        expect(offsetS).toBeLessThanOrEqual(60);
        expect(offsetS! - onsetS).toBeGreaterThanOrEqual(shortestEventS - 1e-9);
        if (grip === 'whole') expect(offsetS! - onsetS).toBeCloseTo(2);
      }),
    );
  });
  it('takes a point along', () => {
    expect(moveSpan({ onsetS: 3, offsetS: null }, 'whole', 99, 60)).toEqual({ onsetS: 60, offsetS: null });
  });
  it('begins at the part that was grabbed', () => {
    expect([gripAt(101, 100, 200), gripAt(150, 100, 200), gripAt(197, 100, 200), gripAt(90, 100, 200)]).toEqual([
      'onset',
      'whole',
      'offset',
      null,
    ]);
  });
  it('needs a stretch, in either direction', () => {
    expect(drawnSpan(3, 2)).toEqual({ onsetS: 2, offsetS: 3 });
    expect(drawnSpan(3, 3.001)).toBeNull();
  });
});

describe('a held key', () => {
  const held = { classId: 1, key: '1', onsetS: 10 };
  it('marks as long as it was held, and a point when it was pressed', () => {
    expect(releasedMark(held, 11)).toEqual({ onsetS: 10, offsetS: 11 });
    expect(releasedMark(held, 10.1)).toEqual({ onsetS: 10, offsetS: null });
    expect(releasedMark(held, 10.05, 0.25)).toEqual({ onsetS: 10, offsetS: 10.05 });
  });
});

describe('lanes', () => {
  it('put overlapping events of a class into rows, and never cover one by another', () => {
    const item = fc.record({ classId: fc.constantFrom(1, 2), onsetS: fc.nat(50), lengthS: fc.nat(10) });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 40 }), (drawn) => {
        const items = drawn.map(({ classId, onsetS, lengthS }, id) => ({
          id,
          classId,
          onsetS,
          offsetS: lengthS ? onsetS + lengthS : null,
        }));
        const lanes = laneLayout([1, 2], items, 0.5);
        expect(lanes.reduce((sum, lane) => sum + lane.items.length, 0)).toBe(items.length);
        for (const lane of lanes)
          for (const a of lane.items)
            for (const b of lane.items)
              if (a.item.id < b.item.id && a.row === b.row) {
                const [first, second] = [a, b].toSorted((x, y) => x.item.onsetS - y.item.onsetS);
                expect(first!.item.offsetS ?? first!.item.onsetS + 0.5).toBeLessThanOrEqual(second!.item.onsetS + 1e-6);
              }
      }),
    );
  });
});

describe('keys of the timeline', () => {
  const context = { classByHotkey: new Map([['1', { id: 7 }]]), selected: 0, reviewing: false };
  const press = (key: string, more: object = {}, now: Partial<typeof context> = {}) =>
    recordingAction(
      { key, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...more },
      { ...context, ...now },
    );
  it('mark, move and remove', () => {
    expect(press('1')).toEqual({ type: 'class', classId: 7 });
    expect(press('ArrowRight')).toEqual({ type: 'seek', byS: 0.1 });
    expect(press('ArrowLeft', { shiftKey: true }, { selected: 1 })).toMatchObject({
      type: 'nudge',
      grip: 'offset',
      direction: -1,
    });
    expect(press('v', { altKey: true })).toEqual({ type: 'modality', value: 'seen' });
    expect(press('Delete')).toEqual({ type: 'remove' });
    expect(press('Delete', {}, { reviewing: true })).toEqual({ type: 'reject' });
    expect(press('Enter', {}, { reviewing: true })).toEqual({ type: 'accept' });
  });
  it('leave those of the window alone', () => {
    expect([press('z', { ctrlKey: true }), press('q'), press('Enter'), press('Tab')]).toEqual([null, null, null, null]);
  });
});
