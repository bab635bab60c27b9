// Estimates by group as points with their intervals: activity over the day, by site, by any column.
import { fitted, roundTicks, svgLine, svgPlot, svgText, type PlotColours } from './plotFrame.ts';

export interface GroupPoint {
  name: string;
  /** Null where nothing is known: the group is named, and no point is drawn. */
  estimate: number | null;
  low: number;
  high: number;
}
export interface GroupPlot {
  title: string;
  /** Of the values, e.g. “share of clips”. */
  axis: string;
  points: readonly GroupPoint[];
  width: number;
  colours: PlotColours;
  valueText: (value: number) => string;
}

const [left, right, top, bottom, plotHeight] = [52, 10, 26, 42, 150];

/** Groups stand side by side; names are thinned out where they would touch. */
export function groupPlot({ title, axis, points, width, colours, valueText }: GroupPlot): string {
  const known = points.filter(({ estimate }) => estimate !== null);
  // Of an interval that reaches far beyond the estimates, only its beginning helps to compare them.
  const most = Math.max(...known.map(({ estimate, high }) => Math.min(high, Math.max(estimate! * 6, high / 4))), 0);
  const ticks = roundTicks(most);
  const top_ = ticks.at(-1)!;
  const x = (i: number): number => left + ((i + 0.5) * (width - left - right)) / Math.max(1, points.length);
  const y = (value: number): number => top + plotHeight * (1 - Math.min(1, value / top_));
  const room = (width - left - right) / Math.max(1, points.length);
  const every = Math.max(1, Math.ceil(30 / room));
  const letters = Math.max(2, Math.floor((room * every) / 6.2));
  const parts = [
    svgText(0, 12, title, colours.text, { size: 12 }),
    svgText(12, top + plotHeight / 2, axis, colours.dim, { anchor: 'middle', turn: true }),
    ...ticks.flatMap((tick) => [
      svgLine(left, y(tick), width - right, y(tick), colours.line),
      svgText(left - 6, y(tick) + 4, valueText(tick), colours.dim, { anchor: 'end' }),
    ]),
    ...points.flatMap(({ name, estimate, low, high }, i) => [
      ...(i % every === 0
        ? [svgText(x(i), top + plotHeight + 16, fitted(name, letters), colours.dim, { anchor: 'middle' })]
        : []),
      ...(estimate === null
        ? [svgText(x(i), top + plotHeight - 4, '?', colours.dim, { anchor: 'middle' })]
        : [
            svgLine(x(i), y(low), x(i), y(high), colours.mark, 1.5),
            ...(high > top_ ? [] : [svgLine(x(i) - 3, y(high), x(i) + 3, y(high), colours.mark, 1.5)]),
            svgLine(x(i) - 3, y(low), x(i) + 3, y(low), colours.mark, 1.5),
            `<circle cx="${x(i).toFixed(1)}" cy="${y(estimate).toFixed(1)}" r="3.5" fill="${colours.mark}"/>`,
          ]),
    ]),
    ...(known.length < points.length
      ? [svgText(left, top + plotHeight + 34, '? no audits: nothing is known', colours.dim)]
      : []),
  ];
  const told = known.map(
    ({ name, estimate, low, high }) => `${name} ${valueText(estimate!)} (${valueText(low)} to ${valueText(high)})`,
  );
  return svgPlot(width, top + plotHeight + bottom, `${title}. ${told.join('; ') || 'Nothing is known yet.'}`, parts);
}
