// Workspaces: recent ones, and changing between them.
import { FolderOpen } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useWorkspaces } from './workspacesStore.ts';

export const workspacesFeature: Feature = {
  name: 'workspaces',
  dialogs: [defineAsyncComponent(() => import('./WorkspacesDialog.vue'))],
  commands: () => [
    {
      id: 'workspace.open',
      title: 'Open or make a workspace…',
      group: 'Collection',
      keys: ['mod+shift+o'],
      icon: FolderOpen,
      run: () => useWorkspaces().show(),
    },
  ],
};
