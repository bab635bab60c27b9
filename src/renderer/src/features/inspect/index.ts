// Inspect: the reconstruction workbench.
import { ScanEye } from '@lucide/vue';
import type { Feature } from '../../feature.ts';
import { useLayout } from '../../stores/layout.ts';
import ReconstructPanel from './ReconstructPanel.vue';

export const feature: Feature = {
  name: 'inspect',
  panels: [{ id: 'reconstruct', title: 'Reconstruct', icon: ScanEye, component: ReconstructPanel }],
  commands: () => {
    const layout = useLayout();
    return [{ id: 'inspect.reconstruct', title: 'Reconstruct the open clip', group: 'Inspect', icon: ScanEye, run: () => layout.showPanel('reconstruct') }];
  },
};
