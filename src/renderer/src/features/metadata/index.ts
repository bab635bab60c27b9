// Metadata of recordings: a table that is edited alone and in bulk, tables of other tools, and patterns for file names.
import { FileUp, Regex, TableProperties } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useCollection } from '../../stores/collection.ts';
import { useLayout } from '../../stores/layout.ts';
import { metadataDialog } from './metadataDialog.ts';

export const metadataFeature: Feature = {
  name: 'metadata',
  panels: [
    {
      id: 'metadata',
      title: 'Metadata',
      icon: TableProperties,
      component: defineAsyncComponent(() => import('./MetadataPanel.vue')),
      roomy: true,
    },
  ],
  dialogs: [
    defineAsyncComponent(() => import('./ImportTableDialog.vue')),
    defineAsyncComponent(() => import('./PatternDialog.vue')),
  ],
  commands: () => {
    const [collection, layout] = [useCollection(), useLayout()];
    const open = (kind: 'table' | 'pattern') => () => {
      layout.showPanel('metadata');
      metadataDialog.value = kind;
    };
    return [
      {
        id: 'metadata.show',
        title: 'Show metadata of recordings',
        group: 'Metadata',
        icon: TableProperties,
        run: () => layout.showPanel('metadata'),
      },
      {
        id: 'metadata.import',
        title: 'Import metadata from a table (CSV)…',
        group: 'Metadata',
        icon: FileUp,
        enabled: () => !collection.readOnly,
        run: open('table'),
      },
      {
        id: 'metadata.pattern',
        title: 'Take metadata from file names…',
        group: 'Metadata',
        icon: Regex,
        enabled: () => !collection.readOnly,
        run: open('pattern'),
      },
    ];
  },
};
