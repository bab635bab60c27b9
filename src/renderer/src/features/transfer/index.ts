// Labels in from the files of others, with a preview before anything is written; labels, embeddings and predictions out.
import { FileDown, FileInput } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useCollection } from '../../stores/collection.ts';
import { useTransfer } from './transferStore.ts';

export const transferFeature: Feature = {
  name: 'transfer',
  dialogs: [
    defineAsyncComponent(() => import('./LabelImportDialog.vue')),
    defineAsyncComponent(() => import('./ExportDialog.vue')),
  ],
  commands: () => {
    const [collection, store] = [useCollection(), useTransfer()];
    return [
      {
        id: 'labels.import',
        title: 'Import labels…',
        group: 'Collection',
        icon: FileInput,
        enabled: () => !collection.readOnly,
        run: () => {
          store.importing = true;
        },
      },
      {
        id: 'labels.export',
        title: 'Export labels…',
        group: 'Collection',
        icon: FileDown,
        run: () => {
          store.exporting = 'labels';
        },
      },
      {
        id: 'export.dataset',
        title: 'Export everything of a subset…',
        group: 'Collection',
        icon: FileDown,
        run: () => {
          store.exporting = 'dataset';
        },
      },
      {
        id: 'export.open',
        title: 'Export embeddings or predictions…',
        group: 'Collection',
        icon: FileDown,
        run: () => {
          store.exporting = 'embeddings';
        },
      },
    ];
  },
};
