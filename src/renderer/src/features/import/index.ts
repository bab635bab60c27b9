// Import: drop files anywhere, or choose folders; what could not be read is reported by name and reason.
import { FolderInput, Sparkles } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { client } from '../../engine/client.ts';
import { useCollection } from '../../stores/collection.ts';
import { useJobs } from '../../stores/jobs.ts';
import DropTarget from './DropTarget.vue';
import { useImport } from './importStore.ts';

export const importFeature: Feature = {
  name: 'import',
  overlays: [DropTarget],
  dialogs: [
    defineAsyncComponent(() => import('./ImportDialog.vue')),
    defineAsyncComponent(() => import('./ImportReport.vue')),
  ],
  commands: () => {
    const [collection, jobs, store] = [useCollection(), useJobs(), useImport()];
    return [
      {
        id: 'import.open',
        title: 'Import files and folders…',
        group: 'Collection',
        keys: ['mod+i'],
        icon: FolderInput,
        enabled: () => !collection.readOnly,
        run: () => {
          store.open = true;
        },
      },
      {
        id: 'import.demo',
        title: 'Add the demo collection',
        group: 'Collection',
        icon: Sparkles,
        enabled: () => !collection.readOnly,
        run: () => jobs.start(client.collection.demo(), 'Making the demo collection'),
      },
    ];
  },
};
