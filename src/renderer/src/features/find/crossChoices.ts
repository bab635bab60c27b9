// Which quantities the histograms can show: columns of metadata, what follows from the time, and scores.
import { useLocalStorage } from '@vueuse/core';
import { computed } from 'vue';
import type { ColumnName } from '../../../../shared/contract/clip.ts';
import { useMetadata } from '../../stores/metadata/metadata.ts';
import { mostCrossColumns, type CrossColumn } from './crossFilter.ts';

/** `field`: how the query calls it. */
export interface CrossChoice {
  name: ColumnName;
  field: string;
  title: string;
  time: boolean;
}
const scores: readonly CrossChoice[] = [
  { name: 'duration', field: 'duration', title: 'Duration in seconds', time: false },
  { name: 'confidence', field: 'confidence', title: 'Confidence', time: false },
  { name: 'correspondence', field: 'correspondence', title: 'Sound fits picture', time: false },
  { name: 'error', field: 'error', title: 'Reconstruction error', time: false },
];
const bins = 48;
export const places: readonly [CrossChoice, CrossChoice] = [
  { name: 'metadata:latitude', field: 'latitude', title: 'Latitude', time: false },
  { name: 'metadata:longitude', field: 'longitude', title: 'Longitude', time: false },
];

/** A number or moment as the query writes it. */
export const endText = (value: number, time: boolean): string =>
  time ? new Date(value * 1000).toISOString().replace(/\.\d+Z$/, 'Z') : String(Math.round(value * 1e6) / 1e6);
export const endValue = (text: string, time: boolean): number => (time ? Date.parse(text) / 1000 : Number(text));

/** Null where no clip has a value. */
export function crossColumn(name: string, values: readonly (number | string | null)[]): CrossColumn | null {
  const numbers = Float64Array.from(values, (value) => (typeof value === 'number' ? value : Number.NaN));
  let [low, high] = [Infinity, -Infinity];
  for (const value of numbers) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return null;
  return name === 'metadata:hour'
    ? { name, values: numbers, low: 0, high: 24, bins: 24 }
    : { name, values: numbers, low, high, bins };
}

export function useCrossChoices() {
  const metadata = useMetadata();
  const shown = useLocalStorage<string[] | null>('studio.find.columns', null, {
    serializer: { read: (text) => JSON.parse(text) as string[], write: JSON.stringify },
  });
  const choices = computed<CrossChoice[]>(() => [
    ...metadata.choices
      .filter(({ scale, name }) => scale && !places.some((place) => place.name === name))
      .map(({ name, title }): CrossChoice => {
        const time = name === 'metadata:time';
        return { name, title, time, field: time ? 'recorded_at' : name.slice('metadata:'.length) };
      }),
    ...scores,
  ]);
  const chosen = computed(() => {
    const wanted = shown.value ?? choices.value.slice(0, 4).map(({ name }) => name);
    return choices.value.filter(({ name }) => wanted.includes(name)).slice(0, mostCrossColumns - 2);
  });
  const hasPlaces = computed(() => places.every(({ name }) => metadata.choices.some((choice) => choice.name === name)));
  /** What is drawn, the map of sites included. */
  const drawn = computed<CrossChoice[]>(() => [...chosen.value, ...(hasPlaces.value ? places : [])]);
  return { shown, choices, chosen, hasPlaces, drawn };
}
