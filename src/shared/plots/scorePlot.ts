// Clips by score, on a logarithmic scale of counts, with the precision of each stratum over it.
import { roundTicks, shareText, svgLine, svgPlot, svgText, type PlotColours } from './plotFrame.ts';

export interface ScorePlot {
  title: string;
  bins: readonly { low: number; high: number; clips: number; audited: number }[];
  strata: readonly {
    low: number | null;
    high: number | null;
    precision: { estimate: number; low: number; high: number } | null;
  }[];
  width: number;
  colours: PlotColours;
}

const [left, right, top, bottom, plotHeight] = [52, 44, 26, 36, 130];

export function scorePlot({ title, bins, strata, width, colours }: ScorePlot): string {
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(1, ...bins.map(({ clips }) => clips)) + 1)));
  const x = (score: number): number => left + score * (width - left - right);
  const count = (clips: number): number =>
    top + plotHeight * (1 - (clips === 0 ? 0 : (Math.log10(clips) + 0.25) / (decades + 0.25)));
  const share = (value: number): number => top + plotHeight * (1 - value);
  const bar = (low: number, high: number, clips: number, colour: string, opacity: number): string =>
    `<rect x="${(x(low) + 0.5).toFixed(1)}" y="${count(clips).toFixed(1)}" width="${Math.max(0.5, x(high) - x(low) - 1).toFixed(1)}" height="${(top + plotHeight - count(clips)).toFixed(1)}" fill="${colour}" opacity="${opacity}"/>`;
  const scored = strata.filter(({ high }) => high !== null);
  const parts = [
    svgText(0, 12, title, colours.text, { size: 12 }),
    ...Array.from({ length: decades }, (_, d) => 10 ** d).flatMap((clips) => [
      svgLine(left, count(clips), width - right, count(clips), colours.line),
      svgText(left - 6, count(clips) + 4, clips.toLocaleString('en'), colours.dim, { anchor: 'end' }),
    ]),
    ...bins.flatMap(({ low, high, clips, audited }) => [
      bar(low, high, clips, colours.dim, 0.55),
      ...(audited > 0 ? [bar(low, high, audited, colours.mark, 0.9)] : []),
    ]),
    ...scored.slice(0, -1).map(({ high }) => svgLine(x(high!), top, x(high!), top + plotHeight, colours.line, 1)),
    svgLine(left, top + plotHeight, width - right, top + plotHeight, colours.line),
    ...roundTicks(1).flatMap((tick) => [
      svgText(x(tick), top + plotHeight + 15, String(tick), colours.dim, { anchor: 'middle' }),
      svgText(width - right + 6, share(tick) + 4, shareText(tick), colours.second),
    ]),
    ...scored.flatMap(({ low, high, precision }) => {
      if (!precision) return [];
      const middle = x((low! + high!) / 2);
      return [
        svgLine(middle, share(precision.low), middle, share(precision.high), colours.second, 1.5),
        `<circle cx="${middle.toFixed(1)}" cy="${share(precision.estimate).toFixed(1)}" r="3.5" fill="${colours.second}"/>`,
      ];
    }),
    svgText(left, top + plotHeight + 31, 'score', colours.dim),
    svgText(width - right, top + plotHeight + 31, 'clips, audited, and precision with its interval', colours.dim, {
      anchor: 'end',
    }),
  ];
  const told = scored.flatMap(({ low, high, precision }) =>
    precision ? [`score ${low!.toFixed(2)} to ${high!.toFixed(2)}: ${shareText(precision.estimate)}`] : [],
  );
  return svgPlot(
    width,
    top + plotHeight + bottom,
    `${title}. Precision by score: ${told.join('; ') || 'nothing audited yet'}.`,
    parts,
  );
}
