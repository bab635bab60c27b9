// Find: the query in the sidebar and as a builder, and histograms and a map of sites that filter each other.
import { Blocks, CalendarSearch } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useFilter } from '../../stores/filter.ts';
import { useLayout } from '../../stores/layout.ts';
import { builderOpen } from './builderOpen.ts';
import { linkedQuery } from './queryText.ts';

export const findFeature: Feature = {
  name: 'find',
  sidebar: [
    { id: 'query', title: 'Query', component: defineAsyncComponent(() => import('./QuerySection.vue')), order: 2 },
  ],
  panels: [
    {
      id: 'find',
      title: 'When and where',
      icon: CalendarSearch,
      component: defineAsyncComponent(() => import('./FindPanel.vue')),
    },
  ],
  dialogs: [defineAsyncComponent(() => import('./QueryBuilder.vue'))],
  commands: () => {
    const [filter, layout] = [useFilter(), useLayout()];
    const query = linkedQuery(location.hash);
    if (query !== null) filter.use({ query }, filter.sortBy, filter.descending);
    return [
      {
        id: 'find.panel',
        title: 'Find by time, place and numbers',
        group: 'Explore',
        icon: CalendarSearch,
        run: () => layout.showPanel('find'),
      },
      {
        id: 'find.build',
        title: 'Build a query…',
        group: 'Explore',
        icon: Blocks,
        run: () => {
          builderOpen.value = true;
        },
      },
    ];
  },
};
