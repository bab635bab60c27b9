// Training: finetune a classifier on the labels and read what it can do; pretrain models on the collection itself.
import { Download, GraduationCap, Waves } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useLayout } from '../../stores/layout.ts';
import { useSchemas } from '../../stores/schemas.ts';
import { useTraining } from './useTraining.ts';

export const feature: Feature = {
  name: 'training',
  panels: [
    {
      id: 'training',
      title: 'Train',
      icon: GraduationCap,
      component: defineAsyncComponent(() => import('./TrainPanel.vue')),
    },
    {
      id: 'pretraining',
      title: 'Pretrain',
      icon: Waves,
      component: defineAsyncComponent(() => import('./PretrainPanel.vue')),
    },
  ],
  dialogs: [defineAsyncComponent(() => import('./ExportDialog.vue'))],
  commands: () => {
    const layout = useLayout();
    const [schemas, training] = [useSchemas(), useTraining()];
    return [
      {
        id: 'training.open',
        title: 'Open the training page',
        group: 'Train',
        icon: GraduationCap,
        run: () => layout.showPanel('training'),
      },
      {
        id: 'training.export',
        title: 'Export the classifier or its predictions…',
        group: 'Train',
        icon: Download,
        keys: ['mod+e'],
        enabled: () => training.chosen !== null,
        run: () => {
          training.exporting = training.chosen;
        },
      },
      {
        id: 'training.start',
        title: 'Train a classifier with the chosen recipe',
        group: 'Train',
        enabled: () => schemas.active !== null && !training.training,
        run: () => {
          layout.showPanel('training');
          return training.start();
        },
      },
    ];
  },
};
