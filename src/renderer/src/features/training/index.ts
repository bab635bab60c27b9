// Training: finetune a classifier on the labels and read what it can do; pretrain models on the collection itself.
import { Download, GraduationCap, Waves } from '@lucide/vue';
import type { Feature } from '../../feature.ts';
import { useLayout } from '../../stores/layout.ts';
import ExportDialog from './ExportDialog.vue';
import PretrainPanel from './PretrainPanel.vue';
import TrainPanel from './TrainPanel.vue';
import { useTraining } from './useTraining.ts';

export const feature: Feature = {
  name: 'training',
  panels: [{ id: 'training', title: 'Train', icon: GraduationCap, component: TrainPanel }, { id: 'pretraining', title: 'Pretrain', icon: Waves, component: PretrainPanel }],
  overlays: [ExportDialog],
  commands: () => {
    const layout = useLayout();
    const training = useTraining();
    return [
      { id: 'training.open', title: 'Open the training page', group: 'Train', icon: GraduationCap, run: () => layout.showPanel('training') },
      { id: 'training.export', title: 'Export the classifier or its predictions…', group: 'Train', icon: Download, keys: ['mod+e'], enabled: () => training.chosen !== null, run: () => { training.exporting = training.chosen; } },
      { id: 'training.start', title: 'Train a classifier with the chosen recipe', group: 'Train', enabled: () => training.preview?.canTrain === true && !training.training, run: () => { layout.showPanel('training'); return training.start(); } },
    ];
  },
};
