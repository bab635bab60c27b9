// The map: every embedded clip as a point, near what sounds and looks alike.
import { Link, Map as MapIcon, Maximize, Palette, ZoomIn } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useMap } from '../../stores/map.ts';
import { useSelection } from '../../stores/selection.ts';
import { colourChoices } from './colourChoices.ts';
import { mapView } from './mapView.ts';

export const mapFeature: Feature = {
  name: 'map',
  panels: [{ id: 'map', title: 'Map', icon: MapIcon, component: defineAsyncComponent(() => import('./MapPanel.vue')) }, { id: 'linkedMaps', title: 'Linked maps', icon: Link, component: defineAsyncComponent(() => import('./LinkedMapsPanel.vue')) }],
  commands: () => {
    const [map, selection] = [useMap(), useSelection()];
    const there = (): boolean => mapView.value !== null;
    return [
      { id: 'map.fit', title: 'Fit the map', group: 'Map', keys: ['mod+shift+f'], icon: Maximize, enabled: there, run: () => mapView.value?.fit() },
      { id: 'map.zoomSelection', title: 'Zoom to the selection', group: 'Map', keys: ['mod+shift+e'], icon: ZoomIn, enabled: () => there() && selection.size > 0, run: () => mapView.value?.zoomTo(selection.ids) },
      ...colourChoices.map(({ value, label }) => ({ id: `map.colour.${value}`, title: `Colour the map by ${label.toLowerCase()}`, group: 'Map', icon: Palette, run: () => map.colour(value) })),
    ];
  },
};
