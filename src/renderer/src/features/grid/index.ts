// The grid: thumbnails of the filtered collection, of a selection, or of any list another panel names.
import { LayoutGrid, ListFilter } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useLayout } from '../../stores/layout.ts';
import { useScope } from '../../stores/scope.ts';
import { useSelection } from '../../stores/selection.ts';

export const gridFeature: Feature = {
  name: 'grid',
  panels: [
    { id: 'grid', title: 'Clips', icon: LayoutGrid, component: defineAsyncComponent(() => import('./GridPanel.vue')) },
  ],
  commands: () => {
    const [layout, scope, selection] = [useLayout(), useScope(), useSelection()];
    return [
      {
        id: 'grid.selection',
        title: 'Show the selection in the grid',
        group: 'Explore',
        keys: ['mod+enter'],
        icon: ListFilter,
        enabled: () => selection.size > 0,
        run: () => {
          scope.show({ title: `Selection of ${selection.size.toLocaleString('en')}`, clipIds: [...selection.ids] });
          layout.showPanel('grid');
        },
      },
      {
        id: 'grid.all',
        title: 'Show all clips in the grid',
        group: 'Explore',
        icon: LayoutGrid,
        enabled: () => scope.list !== null,
        run: () => scope.showAll(),
      },
    ];
  },
};
