// Inspect: the reconstruction workbench, what the model looks at, and where a clip's sound comes from.
import { Ear, Eye, ScanEye } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useLayout } from '../../stores/layout.ts';

export const feature: Feature = {
  name: 'inspect',
  panels: [
    {
      id: 'reconstruct',
      title: 'Reconstruct',
      icon: ScanEye,
      component: defineAsyncComponent(() => import('./workbench/ReconstructPanel.vue')),
    },
    {
      id: 'localise',
      title: 'Where it sounds',
      icon: Ear,
      component: defineAsyncComponent(() => import('./localise/LocalisePanel.vue')),
    },
    {
      id: 'attention',
      title: 'Attention',
      icon: Eye,
      component: defineAsyncComponent(() => import('./attention/AttentionPanel.vue')),
    },
  ],
  commands: () => {
    const layout = useLayout();
    return [
      {
        id: 'inspect.reconstruct',
        title: 'Reconstruct the open clip',
        group: 'Inspect',
        icon: ScanEye,
        run: () => layout.showPanel('reconstruct'),
      },
      {
        id: 'inspect.localise',
        title: 'Where the open clip’s sound comes from',
        group: 'Inspect',
        icon: Ear,
        run: () => layout.showPanel('localise'),
      },
      {
        id: 'inspect.attention',
        title: 'What the model looks at in the open clip',
        group: 'Inspect',
        icon: Eye,
        run: () => layout.showPanel('attention'),
      },
    ];
  },
};
