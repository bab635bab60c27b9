// The visible part of a recording: seconds to pixels and back, zoom and pan. Pure functions.
import { coarsestLevel, secondsPerColumn, secondsPerTile } from '../../../../../shared/wire/recordingTiles.ts';

/** [fromS, toS) in seconds of the recording. */
export interface View {
  fromS: number;
  toS: number;
}

/** The closest zoom: 50 ms across the panel. */
export const shortestSpanS = 0.05;

/** The view moved and shrunk so that it lies inside the recording. */
export function clampView({ fromS, toS }: View, lengthS: number): View {
  const span = Math.min(Math.max(shortestSpanS, toS - fromS), Math.max(shortestSpanS, lengthS));
  const from = Math.min(Math.max(0, fromS), Math.max(0, lengthS - span));
  return { fromS: from, toS: from + span };
}

/** Zooms by `factor` (below 1: closer) so that `anchorS` stays where it is. */
export function zoomView({ fromS, toS }: View, anchorS: number, factor: number, lengthS: number): View {
  const span = Math.min(Math.max(shortestSpanS, (toS - fromS) * factor), Math.max(shortestSpanS, lengthS));
  const share = (anchorS - fromS) / (toS - fromS);
  return clampView({ fromS: anchorS - share * span, toS: anchorS + (1 - share) * span }, lengthS);
}

export const panView = ({ fromS, toS }: View, byS: number, lengthS: number): View =>
  clampView({ fromS: fromS + byS, toS: toS + byS }, lengthS);

export const xOf = ({ fromS, toS }: View, widthPx: number, timeS: number): number =>
  ((timeS - fromS) / (toS - fromS)) * widthPx;
export const timeAt = ({ fromS, toS }: View, widthPx: number, x: number): number =>
  fromS + (x / Math.max(1, widthPx)) * (toS - fromS);

/** The coarsest level that still has a column per pixel. */
export function levelFor({ fromS, toS }: View, widthPx: number): number {
  const level = Math.floor(Math.log2((1000 * (toS - fromS)) / Math.max(1, widthPx)));
  return Math.max(0, Math.min(coarsestLevel, level));
}

/** Indices of the tiles of a level that the view touches. */
export function tilesIn({ fromS, toS }: View, level: number, lengthS: number): number[] {
  const tileS = secondsPerTile(level);
  const first = Math.max(0, Math.floor(fromS / tileS));
  const last = Math.floor((Math.min(toS, lengthS) - secondsPerColumn(0)) / tileS);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

const tickSteps = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200,
];

/** Times of the ruler's marks, at least 80 px apart, and how many decimals their text needs. */
export function ticksOf(view: View, widthPx: number): { times: number[]; decimals: number } {
  const perS = widthPx / (view.toS - view.fromS);
  const step = tickSteps.find((one) => one * perS >= 80) ?? 14_400;
  const first = Math.ceil(view.fromS / step - 1e-9);
  const count = Math.max(0, Math.floor(view.toS / step + 1e-9) - first + 1);
  return {
    times: Array.from({ length: count }, (_, i) => (first + i) * step),
    decimals: step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3,
  };
}
