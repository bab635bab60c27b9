// The loop of labelling and learning: the classifier that refits by itself with its curve, and labels spread to their
// neighbours.
import { Network, RefreshCw, TrendingUp } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useCollection } from '../../stores/collection.ts';
import { useLayout } from '../../stores/layout.ts';
import { useLearning } from '../../stores/learning.ts';
import { usePropagation } from './usePropagation.ts';

export const learningFeature: Feature = {
  name: 'learning',
  panels: [
    {
      id: 'learning',
      title: 'Learning curve',
      icon: TrendingUp,
      component: defineAsyncComponent(() => import('./LearningPanel.vue')),
    },
    {
      id: 'spread',
      title: 'Spread labels',
      icon: Network,
      component: defineAsyncComponent(() => import('./SpreadPanel.vue')),
    },
  ],
  commands: () => {
    const [collection, layout, learning, propagation] = [useCollection(), useLayout(), useLearning(), usePropagation()];
    return [
      {
        id: 'learning.open',
        title: 'Show the learning curve',
        group: 'Label',
        icon: TrendingUp,
        run: () => layout.showPanel('learning'),
      },
      {
        id: 'learning.refit',
        title: 'Refit the automatic classifier now',
        group: 'Label',
        icon: RefreshCw,
        enabled: () => !collection.readOnly && learning.state?.waiting === null && learning.state.jobId === null,
        run: () => learning.refit(),
      },
      {
        id: 'learning.spread',
        title: 'Spread labels to similar clips',
        group: 'Label',
        icon: Network,
        run: () => {
          layout.showPanel('spread');
          return propagation.load();
        },
      },
    ];
  },
};
