import { describe, expect, it } from 'vitest';
import { groupPlot } from '../../../../src/shared/plots/groupPlot.ts';
import { intervalPlot } from '../../../../src/shared/plots/intervalPlot.ts';
import { fitted, paperColours, roundTicks, shareText } from '../../../../src/shared/plots/plotFrame.ts';
import { scorePlot } from '../../../../src/shared/plots/scorePlot.ts';
import { siteMap } from '../../../../src/shared/plots/siteMap.ts';

const common = { width: 400, colours: paperColours };
/** No coordinate is NaN or infinite, and every tag is closed. */
const wellFormed = (svg: string): void => {
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect(svg.match(/<text/g)?.length ?? 0).toBe(svg.match(/<\/text>/g)?.length ?? 0);
  expect(svg.startsWith('<svg') && svg.endsWith('</svg>')).toBe(true);
};
const circles = (svg: string) =>
  [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"/g)].map((m) => m.slice(1).map(Number));

describe('plots', () => {
  it('give axes round ticks', () => {
    expect(roundTicks(0.9)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(roundTicks(7)).toEqual([0, 2, 4, 6, 8]);
    expect(roundTicks(0)).toEqual([0, 1]);
    expect([shareText(0), shareText(0.123), shareText(0.0123), shareText(0.00123)]).toEqual([
      '0 %',
      '12 %',
      '1.2 %',
      '0.12 %',
    ]);
    expect(fitted('a long name', 6)).toBe('a lon…');
  });

  it('draw a point for each group that something is known of, and escape names', () => {
    const svg = groupPlot({
      ...common,
      title: 'Calls by <site>',
      axis: 'share',
      valueText: shareText,
      points: [
        { name: 'A & B', estimate: 0.2, low: 0.1, high: 0.3 },
        { name: 'C', estimate: null, low: 0, high: 1 },
        { name: 'D', estimate: 0.4, low: 0.3, high: 0.5 },
      ],
    });
    wellFormed(svg);
    expect(circles(svg)).toHaveLength(2);
    expect(circles(svg)[0]![1]).toBeGreaterThan(circles(svg)[1]![1]!);
    expect(svg).toContain('no audits: nothing is known');
    expect(svg).toContain('&lt;site&gt;');
    expect(svg).not.toContain('<site>');
    wellFormed(groupPlot({ ...common, title: 't', axis: 'a', valueText: shareText, points: [] }));
  });

  it('draw scores with the precision of audited strata', () => {
    const bins = Array.from({ length: 20 }, (_, i) => ({
      low: i / 20,
      high: (i + 1) / 20,
      clips: i === 0 ? 5000 : i,
      audited: i % 3,
    }));
    const svg = scorePlot({
      ...common,
      title: 'Scores',
      bins,
      strata: [
        { low: 0, high: 0.5, precision: { estimate: 0.1, low: 0.05, high: 0.2 } },
        { low: 0.5, high: 1, precision: null },
        { low: null, high: null, precision: null },
      ],
    });
    wellFormed(svg);
    expect(circles(svg)).toHaveLength(1);
    expect(svg).toContain('score 0.00 to 0.50: 10 %');
    wellFormed(scorePlot({ ...common, title: 'none', bins: [], strata: [] }));
  });

  it('draw how an interval narrowed', () => {
    const points = Array.from({ length: 10 }, (_, i) => ({
      audited: i + 1,
      estimate: 0.1,
      low: 0.1 - 0.1 / (i + 2),
      high: 0.1 + 1 / (i + 2),
    }));
    const svg = intervalPlot({ ...common, title: 'Interval', points });
    wellFormed(svg);
    expect(svg).toContain('After 10 audits 10 %');
    wellFormed(intervalPlot({ ...common, title: 'Interval', points: [] }));
  });

  it('draw sites where they are, larger where there is more, also one alone', () => {
    const site = (name: string, latitude: number, longitude: number, value: number | null) => ({
      name,
      latitude,
      longitude,
      value,
      text: '',
    });
    const svg = siteMap({
      ...common,
      title: 'Sites',
      sites: [site('west', 50, 8, 1), site('north east', 50.1, 8.2, 4), site('unknown', 50.05, 8.1, null)],
    });
    wellFormed(svg);
    const [west, east] = circles(svg);
    expect(west![0]).toBeLessThan(east![0]!);
    expect(west![1]).toBeGreaterThan(east![1]!);
    expect(east![2]! / west![2]!).toBeCloseTo(2, 1);
    expect(svg).toContain('km');
    wellFormed(siteMap({ ...common, title: 'Sites', sites: [site('alone', -33.9, 151.2, 1)] }));
    expect(siteMap({ ...common, title: 'Sites', sites: [] })).toContain('No site has coordinates');
  });
});
