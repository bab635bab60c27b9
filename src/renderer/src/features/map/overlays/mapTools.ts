// What the mouse does on the map, how a drawn outline changes the selection, and what is shown beside the points.
import { useLocalStorage } from '@vueuse/core';
import { ref } from 'vue';
import type { SelectMode } from '../../../stores/selection.ts';

export type MapTool = 'pan' | 'lasso' | 'box';

export const mapTool = ref<MapTool>('pan');
/** Of an outline drawn without a modifier key. */
export const selectMode = ref<SelectMode>('replace');
export const densityShown = useLocalStorage('studio.map.density', false);
export const thumbnailsShown = useLocalStorage('studio.map.thumbnails', true);
/** Whether a hovered clip is heard as well as seen. */
export const hoverSound = useLocalStorage('studio.map.hoverSound', true);
export const listShown = useLocalStorage('studio.map.list', false);

/** Ctrl (Cmd) adds, Alt takes away, both together keep what is in both; without them the mode that is set counts. */
export function modeFor(
  { ctrlKey, metaKey, altKey }: Pick<MouseEvent, 'ctrlKey' | 'metaKey' | 'altKey'>,
  set: SelectMode,
): SelectMode {
  const add = ctrlKey || metaKey;
  if (add && altKey) return 'intersect';
  return add ? 'add' : altKey ? 'subtract' : set;
}
