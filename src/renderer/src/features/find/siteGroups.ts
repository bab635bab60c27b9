// Clips by place: what the map of sites draws.
import type { CrossFilter } from './crossFilter.ts';

export interface SiteGroup {
  latitude: number;
  longitude: number;
  clips: number;
  /** Of these, clips that pass the other ranges. */
  passing: number;
}

interface Places {
  sites: { latitude: number; longitude: number }[];
  /** Per clip: which of them; -1 for none. */
  siteOf: Int32Array;
}
/** Where clips are changes only with the columns, ranges many times a second. */
const known = new WeakMap<CrossFilter, Places>();

function placesOf(cross: CrossFilter, latitudes: Float64Array, longitudes: Float64Array): Places {
  const sites: Places['sites'] = [];
  const byPlace = new Map<string, number>();
  const siteOf = Int32Array.from(latitudes, (latitude, i) => {
    const longitude = longitudes[i]!;
    if (Number.isNaN(latitude) || Number.isNaN(longitude)) return -1;
    const key = `${Math.round(latitude * 1e4)} ${Math.round(longitude * 1e4)}`;
    let site = byPlace.get(key);
    if (site === undefined) byPlace.set(key, (site = sites.push({ latitude, longitude }) - 1));
    return site;
  });
  const places = { sites, siteOf };
  known.set(cross, places);
  return places;
}

/** Places are one to a ten-thousandth of a degree, about eleven metres; the largest first. */
export function siteGroups(cross: CrossFilter, names: readonly [string, string]): SiteGroup[] {
  const [latitudes, longitudes] = names.map((name) => cross.columns.find((column) => column.name === name)?.values);
  if (!latitudes || !longitudes) return [];
  const { sites, siteOf } = known.get(cross) ?? placesOf(cross, latitudes, longitudes);
  const passes = cross.passesWithout(names);
  const groups = sites.map((site): SiteGroup => ({ ...site, clips: 0, passing: 0 }));
  for (let i = 0; i < siteOf.length; i++) {
    const group = groups[siteOf[i]!];
    if (!group) continue;
    group.clips++;
    if (passes(i)) group.passing++;
  }
  return groups.toSorted((a, b) => b.clips - a.clips);
}

export interface MapFrame {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** What is around all places, with a margin, as wide as high on the ground. */
export function frameOf(groups: readonly SiteGroup[]): MapFrame {
  const lat = groups.map(({ latitude }) => latitude);
  const lon = groups.map(({ longitude }) => longitude);
  const [south, north, west, east] = [Math.min(...lat), Math.max(...lat), Math.min(...lon), Math.max(...lon)];
  const middle = { lat: (south + north) / 2, lon: (west + east) / 2 };
  const narrow = Math.max(0.05, Math.cos((middle.lat * Math.PI) / 180));
  const half = Math.max(north - south, (east - west) * narrow, 0.002) * 0.6;
  return {
    south: middle.lat - half,
    north: middle.lat + half,
    west: middle.lon - half / narrow,
    east: middle.lon + half / narrow,
  };
}

/** Round steps of degrees for the lines of a frame. */
export function gridLines(low: number, high: number): number[] {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough)!;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}
