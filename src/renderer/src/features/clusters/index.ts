// Clusters: groups that the collection falls into by itself.
import { Shapes } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useLayout } from '../../stores/layout.ts';

export const clustersFeature: Feature = {
  name: 'clusters',
  panels: [
    {
      id: 'clusters',
      title: 'Clusters',
      icon: Shapes,
      component: defineAsyncComponent(() => import('./ClustersPanel.vue')),
    },
  ],
  commands: () => {
    const layout = useLayout();
    return [
      {
        id: 'clusters.open',
        title: 'Clusters of similar clips',
        group: 'Explore',
        icon: Shapes,
        run: () => layout.showPanel('clusters'),
      },
    ];
  },
};
