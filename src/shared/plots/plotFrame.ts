// What plots of estimates share: colours of window and paper, text, axes with round ticks. Plots are SVG text of a given width.
import { escapeXml } from '../figures/figureSvg.ts';

export interface PlotColours {
  text: string;
  dim: string;
  line: string;
  mark: string;
  second: string;
}
/** On white paper and in files; literal colours, since not every program reads variables of style sheets. */
export const paperColours: PlotColours = {
  text: '#191d22',
  dim: '#5c6570',
  line: '#d3d8de',
  mark: '#1b62b5',
  second: '#8a5a00',
};
/** Of the window, in either theme. */
export const windowColours: PlotColours = {
  text: 'var(--text)',
  dim: 'var(--text-3)',
  line: 'var(--line)',
  mark: 'var(--accent)',
  second: 'var(--warn)',
};

const font = "Inter, 'Segoe UI', system-ui, 'DejaVu Sans', sans-serif";

export const svgText = (
  x: number,
  y: number,
  words: string,
  colour: string,
  more: { anchor?: 'start' | 'middle' | 'end'; size?: number; turn?: boolean } = {},
): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${colour}" font-size="${more.size ?? 11}"${more.anchor ? ` text-anchor="${more.anchor}"` : ''}${more.turn ? ` transform="rotate(-90 ${x.toFixed(1)} ${y.toFixed(1)})"` : ''}>${escapeXml(words)}</text>`;

export const svgLine = (x1: number, y1: number, x2: number, y2: number, colour: string, width = 1): string =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${colour}" stroke-width="${width}"/>`;

/** @param about what a screen reader says */
export const svgPlot = (width: number, height: number, about: string, parts: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(font)}" role="img" aria-label="${escapeXml(about)}">\n${parts.join('\n')}\n</svg>`;

/** Round values from 0 to at least `most`, about `wanted` of them. */
export function roundTicks(most: number, wanted = 4): number[] {
  if (!(most > 0)) return [0, 1];
  const rough = most / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((value) => value >= rough * 0.999)!;
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** A share in percent with the digits that it needs. */
export const shareText = (share: number): string => {
  const value = share * 100;
  return `${value === 0 || value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toPrecision(2)} %`;
};

/** A text cut to fit, with an ellipsis. */
export const fitted = (words: string, letters: number): string =>
  words.length <= letters ? words : `${words.slice(0, Math.max(1, letters - 1))}…`;
