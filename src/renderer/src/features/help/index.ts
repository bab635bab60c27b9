// Help: short pages with pictures, and the report of a problem.
import { CircleHelp, LifeBuoy } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useHelp } from './helpStore.ts';

export const helpFeature: Feature = {
  name: 'help',
  dialogs: [
    defineAsyncComponent(() => import('./HelpDialog.vue')),
    defineAsyncComponent(() => import('./ReportDialog.vue')),
  ],
  commands: () => {
    const help = useHelp();
    return [
      {
        id: 'help.open',
        title: 'Help',
        group: 'Help',
        keys: ['shift+f1'],
        icon: CircleHelp,
        run: () => {
          help.open = true;
        },
      },
      { id: 'help.report', title: 'Report a problem…', group: 'Help', icon: LifeBuoy, run: () => help.showReport() },
    ];
  },
};
