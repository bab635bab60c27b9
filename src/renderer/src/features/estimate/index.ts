// Estimate: how often a class occurs, from audits of a sample stratified by score.
import { Percent } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useCollection } from '../../stores/collection.ts';
import { useLayout } from '../../stores/layout.ts';

export const estimateFeature: Feature = {
  name: 'estimate',
  panels: [
    {
      id: 'estimate',
      title: 'Estimate',
      icon: Percent,
      component: defineAsyncComponent(() => import('./EstimatePanel.vue')),
      roomy: true,
    },
  ],
  commands: () => {
    const [collection, layout] = [useCollection(), useLayout()];
    return [
      {
        id: 'estimate.open',
        title: 'Estimate how often a class occurs',
        group: 'Explore',
        icon: Percent,
        enabled: () => (collection.summary?.clips ?? 0) > 0,
        run: () => layout.showPanel('estimate'),
      },
    ];
  },
};
