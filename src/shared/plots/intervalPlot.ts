// How the interval narrowed with each audit.
import { roundTicks, shareText, svgLine, svgPlot, svgText, type PlotColours } from './plotFrame.ts';

export interface IntervalPlot {
  title: string;
  points: readonly { audited: number; estimate: number; low: number; high: number }[];
  width: number;
  colours: PlotColours;
}

const [left, right, top, bottom, plotHeight] = [52, 10, 26, 22, 90];

export function intervalPlot({ title, points, width, colours }: IntervalPlot): string {
  const last = points.at(-1);
  const most = last ? Math.min(1, Math.max(last.high * 2.5, last.estimate * 3, 0.01)) : 1;
  const ticks = roundTicks(most, 3);
  const top_ = ticks.at(-1)!;
  const end = Math.max(1, last?.audited ?? 1);
  const x = (audited: number): number => left + (audited / end) * (width - left - right);
  const y = (value: number): number => top + plotHeight * (1 - Math.min(1, value / top_));
  const path = (values: readonly string[]): string => values.join(' ');
  const band = [
    ...points.map((one) => `${x(one.audited).toFixed(1)},${y(one.high).toFixed(1)}`),
    ...points.toReversed().map((one) => `${x(one.audited).toFixed(1)},${y(one.low).toFixed(1)}`),
  ];
  const line = points.map((one) => `${x(one.audited).toFixed(1)},${y(one.estimate).toFixed(1)}`);
  const parts = [
    svgText(0, 12, title, colours.text, { size: 12 }),
    ...ticks.flatMap((tick) => [
      svgLine(left, y(tick), width - right, y(tick), colours.line),
      svgText(left - 6, y(tick) + 4, shareText(tick), colours.dim, { anchor: 'end' }),
    ]),
    `<polygon points="${path(band)}" fill="${colours.mark}" opacity="0.22"/>`,
    `<polyline points="${path(line)}" fill="none" stroke="${colours.mark}" stroke-width="1.5"/>`,
    svgText(left, top + plotHeight + 16, '0', colours.dim, { anchor: 'middle' }),
    svgText(width - right, top + plotHeight + 16, `${end.toLocaleString('en')} audits`, colours.dim, { anchor: 'end' }),
  ];
  const told = last
    ? `After ${last.audited} audits ${shareText(last.estimate)}, from ${shareText(last.low)} to ${shareText(last.high)}.`
    : 'Nothing audited yet.';
  return svgPlot(width, top + plotHeight + bottom, `${title}. ${told}`, parts);
}
