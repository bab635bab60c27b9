// The map's colours from the chosen column, and what its legend hides.
import { computed, ref, shallowRef, watch } from 'vue';
import { badgeInfo } from '../../../components/badgeInfo.ts';
import type { Badge } from '../../../../../shared/contract/clip.ts';
import { useClips } from '../../../stores/clips.ts';
import { useCollection } from '../../../stores/collection.ts';
import { useLayout } from '../../../stores/layout.ts';
import { useMap } from '../../../stores/map.ts';
import { useSchemas } from '../../../stores/schemas.ts';
import { categoricalColour } from '../../../theme/palettes.ts';
import { colourByCategory, colourByScale, steps } from './colouring.ts';
import type { Colouring, Naming } from './colouring.ts';
import { useColourChoices } from './useColourChoices.ts';

const kinds: Record<string, string> = { video: 'Video', audio: 'Sound only', image: 'Still' };

/** `ofClips`: whose colours; the shown map's clips when left out. */
export function useColouring(ofClips?: () => Int32Array) {
  const [clips, collection, layout, map, schemas] = [useClips(), useCollection(), useLayout(), useMap(), useSchemas()];
  const colourChoices = useColourChoices();
  /** Category keys hidden by the legend. */
  const hidden = shallowRef<ReadonlySet<string | number | null>>(new Set());
  /** Of a scale: the shares [0, 1] of its range that are shown; `null` is all. */
  const band = ref<[number, number] | null>(null);
  watch(
    () => map.colourBy,
    () => {
      hidden.value = new Set();
      band.value = null;
    },
  );

  const naming = computed<Naming>(() => {
    switch (map.columnOf) {
      case 'prediction':
        return {
          name: (key) => (key === 0 ? 'Abstains' : (schemas.classById.get(Number(key))?.name ?? `Class ${key}`)),
          colour: (key) => (key === 0 ? abstaining.value : schemas.classById.get(Number(key))?.colour),
        };
      case 'label':
        return {
          name: (key) => schemas.classById.get(Number(key))?.name ?? `Class ${key}`,
          colour: (key) => schemas.classById.get(Number(key))?.colour,
        };
      case 'cluster':
        return {
          name: (key) => (Number(key) < 0 ? 'Unclustered' : `Cluster ${Number(key) + 1}`),
          colour: (key) => (Number(key) < 0 ? idle.value : categoricalColour(Number(key))),
        };
      case 'root':
        return { name: (key) => collection.summary?.roots.find((root) => root.id === key)?.name ?? `Source ${key}` };
      case 'kind':
        return { name: (key) => kinds[key] ?? String(key) };
      case 'badge':
        return { name: (key) => badgeInfo[key as Badge]?.name ?? String(key) };
      case 'media':
        return { name: (key) => `File ${key}` };
      default:
        return { name: String };
    }
  });
  /** Between a class and nothing: a prediction too weak to count. */
  const abstaining = computed(() => (layout.theme === 'dark' ? '#9aa5b3' : '#6f7884'));
  const idle = computed(() => (layout.theme === 'dark' ? '#5b6572' : '#a7aeb8'));
  const colouring = computed<Colouring>(() => {
    const clipIds = ofClips?.() ?? map.points?.clipIds ?? new Int32Array();
    const scale = colourChoices.value.find((choice) => choice.value === map.columnOf)?.scale ?? false;
    return scale
      ? colourByScale(clipIds, map.column, idle.value, layout.theme === 'dark')
      : colourByCategory(clipIds, map.column, naming.value, idle.value);
  });
  // Files are named by one of their clips.
  watch(colouring, ({ categories }) => {
    if (map.columnOf === 'media') clips.want(categories.flatMap((category) => category.sampleId ?? []));
  });

  function isHidden(index: number): boolean {
    const { kind, categories } = colouring.value;
    if (kind === 'categories') return hidden.value.has(categories[index]?.key ?? null);
    if (index === 0) return band.value !== null || hidden.value.has(null);
    const share = (index - 0.5) / steps;
    return band.value !== null && (share < band.value[0] || share > band.value[1]);
  }
  function toggle(key: string | number | null): void {
    hidden.value = new Set(
      hidden.value.has(key) ? [...hidden.value].filter((other) => other !== key) : [...hidden.value, key],
    );
  }
  /** Shows one category alone; again, all of them. */
  function only(key: string | number | null): void {
    const others = new Set(colouring.value.categories.map((category) => category.key).filter((other) => other !== key));
    hidden.value = hidden.value.size === others.size && !hidden.value.has(key) ? new Set() : others;
  }
  return { colouring, idle, hidden, band, isHidden, toggle, only };
}
