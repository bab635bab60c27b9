// Sites by their coordinates, the area of a disc telling how much there is. An equirectangular map without a background: nothing is fetched.
import { fitted, shareText, svgLine, svgPlot, svgText, type PlotColours } from './plotFrame.ts';

export interface SitePoint {
  name: string;
  latitude: number;
  longitude: number;
  /** Null where nothing is known: a ring. */
  value: number | null;
  text: string;
}
export interface SiteMap {
  title: string;
  sites: readonly SitePoint[];
  width: number;
  colours: PlotColours;
}

/** Estimates by site as points of the map; those without coordinates are left out. */
export const mappedSites = (
  rows: readonly {
    group: string | null;
    estimate: number | null;
    place?: { latitude: number; longitude: number } | undefined;
  }[],
): SitePoint[] =>
  rows.flatMap(({ group, estimate, place }) =>
    group === null || !place
      ? []
      : [{ ...place, name: group, value: estimate, text: estimate === null ? 'not known' : shareText(estimate) }],
  );

const [margin, top, plotHeight] = [40, 26, 230];
const kmPerDegree = 111.2;
const largest = 18;

const degrees = (value: number, letters: readonly [string, string]): string =>
  `${Math.abs(value).toFixed(4)}° ${value < 0 ? letters[1] : letters[0]}`;

/** A round length in km that is about a quarter of the width. */
function scaleKm(widthKm: number): number {
  const power = 10 ** Math.floor(Math.log10(widthKm / 4));
  return [5, 2, 1].map((factor) => factor * power).find((value) => value <= widthKm / 4) ?? power;
}

/** Letters are kept from overlapping by leaving out names of sites that lie under another's. */
export function siteMap({ title, sites, width, colours }: SiteMap): string {
  const height = top + plotHeight + 30;
  if (sites.length === 0)
    return svgPlot(width, 60, `${title}. No site has coordinates.`, [
      svgText(0, 12, title, colours.text, { size: 12 }),
      svgText(0, 36, 'No site has coordinates.', colours.dim),
    ]);
  const range = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];
  const [south, north] = range(sites.map(({ latitude }) => latitude));
  const [west, east] = range(sites.map(({ longitude }) => longitude));
  const narrowing = Math.max(0.01, Math.cos((((south + north) / 2) * Math.PI) / 180));
  const [spanX, spanY] = [Math.max(1e-4, (east - west) * narrowing), Math.max(1e-4, north - south)];
  const perDegree = Math.min((width - 2 * margin) / spanX, (plotHeight - 2 * margin) / spanY);
  const x = (longitude: number): number => width / 2 + (longitude - (east + west) / 2) * narrowing * perDegree;
  const y = (latitude: number): number => top + plotHeight / 2 - (latitude - (north + south) / 2) * perDegree;
  const most = Math.max(...sites.map(({ value }) => value ?? 0), 1e-12);
  const km = scaleKm((width / perDegree) * kmPerDegree);
  const bar = (km / kmPerDegree) * perDegree;
  const placed: [number, number][] = [];
  const named = ({ latitude, longitude, name, text }: SitePoint): string => {
    const at: [number, number] = [x(longitude), y(latitude)];
    if (placed.some(([px, py]) => Math.abs(px - at[0]) < 90 && Math.abs(py - at[1]) < 12)) return '';
    placed.push(at);
    const anchor = at[0] > width * 0.7 ? 'end' : 'start';
    return svgText(
      at[0] + (anchor === 'end' ? -1 : 1) * (largest + 3),
      at[1] + 4,
      fitted(`${name} ${text}`, 26),
      colours.text,
      { anchor },
    );
  };
  const disc = ({ latitude, longitude, value }: SitePoint): string => {
    const place = `cx="${x(longitude).toFixed(1)}" cy="${y(latitude).toFixed(1)}"`;
    return value === null
      ? `<circle ${place} r="6" fill="none" stroke="${colours.dim}" stroke-dasharray="2 2"/>`
      : `<circle ${place} r="${Math.max(2, largest * Math.sqrt(value / most)).toFixed(1)}" fill="${colours.mark}" fill-opacity="0.55" stroke="${colours.mark}"/>`;
  };
  return svgPlot(width, height, `${title}. ${sites.map(({ name, text }) => `${name} ${text}`).join('; ')}`, [
    svgText(0, 12, title, colours.text, { size: 12 }),
    `<rect x="0.5" y="${top}" width="${width - 1}" height="${plotHeight}" fill="none" stroke="${colours.line}"/>`,
    ...sites.map(disc),
    ...sites.toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0)).map(named),
    svgLine(10, top + plotHeight - 12, 10 + bar, top + plotHeight - 12, colours.dim, 2),
    svgText(10, top + plotHeight - 17, km >= 1 ? `${km} km` : `${Math.round(km * 1000)} m`, colours.dim),
    svgText(
      0,
      height - 12,
      `${degrees(south, ['N', 'S'])} to ${degrees(north, ['N', 'S'])}, ${degrees(west, ['E', 'W'])} to ${degrees(east, ['E', 'W'])}; north is up`,
      colours.dim,
    ),
  ]);
}
