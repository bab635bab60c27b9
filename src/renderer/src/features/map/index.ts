// The map: every embedded clip as a point, near what sounds and looks alike.
import {
  Blend,
  Columns2,
  Images,
  LassoSelect,
  Link,
  List,
  Map as MapIcon,
  Maximize,
  Palette,
  SquareDashedMousePointer,
  Volume2,
  ZoomIn,
} from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useMap } from '../../stores/map.ts';
import { useModelComparison } from '../../stores/modelComparison.ts';
import { useSelection } from '../../stores/selection.ts';
import { colourChoices } from './colours/colourChoices.ts';
import { densityShown, hoverSound, listShown, mapTool, thumbnailsShown } from './overlays/mapTools.ts';
import type { MapTool } from './overlays/mapTools.ts';
import { mapView } from './plot/mapView.ts';

export const mapFeature: Feature = {
  name: 'map',
  panels: [
    {
      id: 'map',
      title: 'Map',
      icon: MapIcon,
      component: defineAsyncComponent(() => import('./MapPanel.vue')),
      large: true,
    },
    {
      id: 'linkedMaps',
      title: 'Linked maps',
      icon: Link,
      component: defineAsyncComponent(() => import('./linked/LinkedMapsPanel.vue')),
    },
    {
      id: 'compareModels',
      title: 'Compare models',
      icon: Columns2,
      component: defineAsyncComponent(() => import('./compare/ModelComparisonPanel.vue')),
      roomy: true,
    },
  ],
  commands: () => {
    const [comparison, map, selection] = [useModelComparison(), useMap(), useSelection()];
    const there = (): boolean => mapView.value !== null;
    /** Takes the tool, or puts it away. */
    const take = (tool: MapTool) => (): void => {
      mapTool.value = mapTool.value === tool ? 'pan' : tool;
    };
    return [
      {
        id: 'map.fit',
        title: 'Fit the map',
        group: 'Map',
        keys: ['mod+shift+f'],
        icon: Maximize,
        enabled: there,
        run: () => mapView.value?.fit(),
      },
      {
        id: 'map.zoomSelection',
        title: 'Zoom to the selection',
        group: 'Map',
        keys: ['mod+shift+e'],
        icon: ZoomIn,
        enabled: () => there() && selection.size > 0,
        run: () => mapView.value?.zoomTo(selection.ids),
      },
      {
        id: 'map.lasso',
        title: 'Select with the lasso',
        group: 'Map',
        keys: ['alt+o'],
        icon: LassoSelect,
        enabled: there,
        run: take('lasso'),
      },
      {
        id: 'map.box',
        title: 'Select with a box',
        group: 'Map',
        keys: ['alt+x'],
        icon: SquareDashedMousePointer,
        enabled: there,
        run: take('box'),
      },
      {
        id: 'map.density',
        title: 'Density of the points',
        group: 'Map',
        icon: Blend,
        enabled: there,
        run: () => {
          densityShown.value = !densityShown.value;
        },
      },
      {
        id: 'map.pictures',
        title: 'Pictures on the map when near',
        group: 'Map',
        icon: Images,
        enabled: there,
        run: () => {
          thumbnailsShown.value = !thumbnailsShown.value;
        },
      },
      {
        id: 'map.sound',
        title: 'Sound when a point is hovered',
        group: 'Map',
        icon: Volume2,
        enabled: there,
        run: () => {
          hoverSound.value = !hoverSound.value;
        },
      },
      {
        id: 'map.list',
        title: 'Points of the map as a list',
        group: 'Map',
        icon: List,
        enabled: there,
        run: () => {
          listShown.value = !listShown.value;
        },
      },
      {
        id: 'models.compare',
        title: 'Compare two models',
        group: 'Models',
        icon: Columns2,
        run: () => comparison.open(),
      },
      ...colourChoices.map(({ value, label }) => ({
        id: `map.colour.${value}`,
        title: `Colour the map by ${label.toLowerCase()}`,
        group: 'Map',
        icon: Palette,
        run: () => map.colour(value),
      })),
    ];
  },
};
