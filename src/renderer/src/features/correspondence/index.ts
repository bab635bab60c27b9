// Correspondence: clips whose sound may not belong to their picture.
import { Link2 } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { client } from '../../engine/client.ts';
import { useCollection } from '../../stores/collection.ts';
import { useJobs } from '../../stores/jobs.ts';
import { useLayout } from '../../stores/layout.ts';

export const correspondenceFeature: Feature = {
  name: 'correspondence',
  panels: [
    {
      id: 'correspondence',
      title: 'Sound fits picture',
      icon: Link2,
      component: defineAsyncComponent(() => import('./CorrespondencePanel.vue')),
    },
  ],
  commands: () => {
    const [collection, jobs, layout] = [useCollection(), useJobs(), useLayout()];
    return [
      {
        id: 'correspondence.open',
        title: 'Clips whose sound may not fit',
        group: 'Explore',
        icon: Link2,
        run: () => layout.showPanel('correspondence'),
      },
      {
        id: 'correspondence.score',
        title: 'Score how well sound and picture fit',
        group: 'Explore',
        icon: Link2,
        enabled: () => !collection.readOnly && (collection.summary?.embedded ?? 0) > 0,
        run: () => jobs.start(client.search.correspondence(), 'Comparing sound with picture'),
      },
    ];
  },
};
