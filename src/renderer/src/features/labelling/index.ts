// Labelling: classes with hotkeys, the queue of what to label next, and the keys that do it.
import {
  AudioLines,
  CircleHelp,
  Ear,
  Eraser,
  Eye,
  History,
  ListChecks,
  RectangleHorizontal,
  SkipBack,
  SkipForward,
  SquareCheck,
  SquareX,
} from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useLayout } from '../../stores/layout.ts';
import { useScope } from '../../stores/scope.ts';
import { useSelection } from '../../stores/selection.ts';
import { labelKeys, markPresence, markUncertain, clearLabels } from './labelKeys.ts';
import SchemaSection from './SchemaSection.vue';
import { useQueue } from './useQueue.ts';

export const labellingFeature: Feature = {
  name: 'labelling',
  panels: [
    {
      id: 'queue',
      title: 'Label queue',
      icon: ListChecks,
      component: defineAsyncComponent(() => import('./QueuePanel.vue')),
    },
    {
      id: 'timeline',
      title: 'Timeline',
      icon: AudioLines,
      component: defineAsyncComponent(() => import('./TimelinePanel.vue')),
    },
    {
      id: 'history',
      title: 'History',
      icon: History,
      component: defineAsyncComponent(() => import('./HistoryPanel.vue')),
    },
  ],
  sidebar: [{ id: 'labels', title: 'Labels', component: SchemaSection, order: 2 }],
  onKey: () => labelKeys(),
  commands: () => {
    const [layout, scope, selection] = [useLayout(), useScope(), useSelection()];
    const single = (): void => {
      const queue = useQueue();
      queue.single = !queue.single;
      layout.showPanel('queue');
    };
    return [
      {
        id: 'label.uncertain',
        title: 'Mark the label uncertain',
        group: 'Label',
        keys: ['u'],
        icon: CircleHelp,
        run: () => markUncertain(),
      },
      {
        id: 'label.audible',
        title: 'Mark the label only heard',
        group: 'Label',
        keys: ['alt+a'],
        icon: Ear,
        run: () => markPresence('audible'),
      },
      {
        id: 'label.visible',
        title: 'Mark the label only seen',
        group: 'Label',
        keys: ['alt+v'],
        icon: Eye,
        run: () => markPresence('visible'),
      },
      {
        id: 'label.both',
        title: 'Mark the label heard and seen',
        group: 'Label',
        keys: ['alt+b'],
        run: () => markPresence('both'),
      },
      {
        id: 'label.timeline',
        title: 'Show the timeline of the file',
        group: 'Label',
        keys: ['alt+t'],
        icon: AudioLines,
        run: () => layout.showPanel('timeline'),
      },
      {
        id: 'label.history',
        title: 'Show the history of labels',
        group: 'Label',
        keys: ['alt+h'],
        icon: History,
        run: () => layout.showPanel('history'),
      },
      {
        id: 'label.clear',
        title: 'Remove all labels',
        group: 'Label',
        keys: ['0', 'backspace'],
        icon: Eraser,
        enabled: () => selection.targets.length > 0,
        run: () => clearLabels(),
      },
      {
        id: 'label.single',
        title: 'Label one clip at a time, or as a grid',
        group: 'Label',
        keys: ['alt+s'],
        icon: RectangleHorizontal,
        run: single,
      },
      { id: 'walk.next', title: 'Next clip', group: 'Clip', keys: ['j'], icon: SkipForward, run: () => scope.walk(1) },
      {
        id: 'walk.previous',
        title: 'Previous clip',
        group: 'Clip',
        keys: ['k'],
        icon: SkipBack,
        run: () => scope.walk(-1),
      },
      {
        id: 'select.all',
        title: 'Select all shown clips',
        group: 'Edit',
        keys: ['mod+a'],
        icon: SquareCheck,
        run: () => selection.select(scope.clipIds),
      },
      {
        id: 'select.none',
        title: 'Clear the selection',
        group: 'Edit',
        keys: ['escape'],
        icon: SquareX,
        enabled: () => selection.size > 0,
        run: () => selection.clear(),
      },
    ];
  },
};
