// Models: which there are, which one is current, adding, downloading, comparing.
import { Boxes } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useLayout } from '../../stores/layout.ts';

export const modelsFeature: Feature = {
  name: 'models',
  panels: [
    {
      id: 'models',
      title: 'Models',
      icon: Boxes,
      component: defineAsyncComponent(() => import('./ModelsPanel.vue')),
      roomy: true,
    },
  ],
  commands: () => {
    const layout = useLayout();
    return [
      {
        id: 'models.open',
        title: 'Models: choose, download, add',
        group: 'Models',
        icon: Boxes,
        run: () => layout.showPanel('models'),
      },
    ];
  },
};
