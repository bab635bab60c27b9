// Search: more like these, from inside the collection or outside it, and retrieval between sound and picture.
import { ArrowLeftRight, Camera, Mic, Minus, Plus, ScanSearch, X } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useLayout } from '../../stores/layout.ts';
import { useSelection } from '../../stores/selection.ts';
import { useSearch } from './searchStore.ts';

export const searchFeature: Feature = {
  name: 'search',
  panels: [
    {
      id: 'search',
      title: 'Search',
      icon: ScanSearch,
      component: defineAsyncComponent(() => import('./SearchPanel.vue')),
    },
    {
      id: 'retrieval',
      title: 'Retrieval',
      icon: ArrowLeftRight,
      component: defineAsyncComponent(() => import('./RetrievalPanel.vue')),
    },
  ],
  dialogs: [defineAsyncComponent(() => import('./RecordDialog.vue'))],
  commands: () => {
    const [layout, search, selection] = [useLayout(), useSearch(), useSelection()];
    const some = (): boolean => selection.targets.length > 0;
    const show = (): void => layout.showPanel('search');
    return [
      {
        id: 'search.open',
        title: 'Search by example',
        group: 'Explore',
        keys: ['mod+shift+l'],
        icon: ScanSearch,
        run: () => {
          if (search.empty && some()) search.start();
          show();
        },
      },
      {
        id: 'search.like',
        title: 'Search: more like the open or selected clips',
        group: 'Explore',
        keys: ['alt+l'],
        icon: Plus,
        enabled: some,
        run: () => {
          search.add('like', selection.targets);
          show();
        },
      },
      {
        id: 'search.likeOpen',
        title: 'Search: more like the open clip',
        group: 'Explore',
        icon: Plus,
        enabled: () => selection.current !== null,
        run: () => {
          search.add('like', [selection.current!]);
          show();
        },
      },
      {
        id: 'search.unlike',
        title: 'Search: less like the open or selected clips',
        group: 'Explore',
        keys: ['alt+shift+l'],
        icon: Minus,
        enabled: some,
        run: () => {
          search.add('unlike', selection.targets);
          show();
        },
      },
      {
        id: 'search.microphone',
        title: 'Search by a sound from the microphone…',
        group: 'Explore',
        icon: Mic,
        run: () => {
          search.recording = 'microphone';
        },
      },
      {
        id: 'search.camera',
        title: 'Search by a picture from the camera…',
        group: 'Explore',
        icon: Camera,
        run: () => {
          search.recording = 'camera';
        },
      },
      {
        id: 'search.clear',
        title: 'New search',
        group: 'Explore',
        icon: X,
        enabled: () => !search.empty,
        run: () => {
          search.clear();
          show();
        },
      },
      {
        id: 'retrieval.open',
        title: 'What fits this sound, what fits this picture',
        group: 'Explore',
        icon: ArrowLeftRight,
        run: () => layout.showPanel('retrieval'),
      },
    ];
  },
};
