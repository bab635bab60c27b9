// Snapshots: named states of all annotations, compared and restored.
import { History } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useSnapshots } from './snapshotsStore.ts';

export const snapshotsFeature: Feature = {
  name: 'snapshots',
  dialogs: [defineAsyncComponent(() => import('./SnapshotsDialog.vue'))],
  commands: () => {
    const store = useSnapshots();
    return [
      {
        id: 'snapshots.open',
        title: 'Snapshots of all labels and events…',
        group: 'Collection',
        icon: History,
        run: () => store.show(),
      },
    ];
  },
};
