import { describe, expect, it } from 'vitest';
import { normalQuantile, twoSidedZ } from '../../../../src/engine/estimation/normalQuantile.ts';
import { studentQuantile } from '../../../../src/engine/estimation/studentQuantile.ts';
import { median, occupiedS, timeBudget } from '../../../../src/engine/estimation/timeBudget.ts';

describe('timeBudget', () => {
  it('counts overlapping events once and none past the end', () => {
    const events = [
      { onsetS: 20, offsetS: 25 },
      { onsetS: 0, offsetS: 10 },
      { onsetS: 5, offsetS: 12 },
      { onsetS: 95, offsetS: 120 },
      { onsetS: 50, offsetS: 50 },
    ];
    expect(occupiedS({ durationS: 100, events })).toBe(12 + 5 + 5);
  });

  it('gives rates, shares, durations and latencies', () => {
    const found = timeBudget(
      [
        { durationS: 3600, events: [{ onsetS: 100, offsetS: 460 }] },
        {
          durationS: 3600,
          events: [
            { onsetS: 300, offsetS: 660 },
            { onsetS: 900, offsetS: 1260 },
          ],
        },
        { durationS: 1800, events: [] },
      ],
      0.95,
    );
    expect(found).toMatchObject({
      recordings: 3,
      hours: 2.5,
      events: 3,
      perHour: 1.2,
      meanS: 360,
      occurs: 2,
      latencyS: 200,
    });
    expect(found.share).toBeCloseTo(0.12, 9);
    expect(found.perHourLow!).toBeLessThan(1.2);
    expect(found.perHourHigh!).toBeGreaterThan(1.2);
  });

  it('has no interval over one recording, and no share of nothing', () => {
    expect(timeBudget([{ durationS: 60, events: [] }], 0.95)).toMatchObject({
      perHour: 0,
      perHourLow: null,
      meanS: null,
      latencyS: null,
    });
    expect(timeBudget([], 0.95)).toMatchObject({ recordings: 0, share: 0, shareHigh: null });
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNull();
  });
});

describe('quantiles', () => {
  it.each([
    [0.975, 1.959963985],
    [0.5, 0],
    [0.995, 2.575829304],
    [0.001, -3.090232306],
  ])('of the normal distribution: %d', (p, z) => expect(normalQuantile(p)).toBeCloseTo(z, 6));

  it.each([
    [0.975, 1, 12.7062],
    [0.975, 2, 4.3027],
    [0.975, 3, 3.1824],
    [0.975, 10, 2.2281],
    [0.95, 5, 2.015],
  ])('of the t distribution: %d with %i', (p, df, t) =>
    expect(Math.abs(studentQuantile(p, df) / t - 1)).toBeLessThan(0.006),
  );

  it('is 1.96 for 95 %', () => expect(twoSidedZ(0.95)).toBeCloseTo(1.96, 3));
});
