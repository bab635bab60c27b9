// Events in time: marked in a timeline, listed, exchanged with other tools, and found by a detector that learns from
// them.
import { AudioWaveform, Download, FileUp, ListMusic, Radar, Scissors } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useLayout } from '../../stores/layout.ts';
import { useEventTransfer } from './transfer/eventTransferStore.ts';

export const eventsFeature: Feature = {
  name: 'events',
  panels: [
    {
      id: 'events',
      title: 'Events',
      icon: AudioWaveform,
      component: defineAsyncComponent(() => import('./RecordingPanel.vue')),
      large: true,
    },
    {
      id: 'eventList',
      title: 'List of events',
      icon: ListMusic,
      component: defineAsyncComponent(() => import('./list/EventListPanel.vue')),
    },
    {
      id: 'detector',
      title: 'Detector',
      icon: Radar,
      component: defineAsyncComponent(() => import('./review/DetectorPanel.vue')),
    },
  ],
  dialogs: [
    defineAsyncComponent(() => import('./transfer/EventImportDialog.vue')),
    defineAsyncComponent(() => import('./transfer/EventExportDialog.vue')),
    defineAsyncComponent(() => import('./transfer/EventCutDialog.vue')),
  ],
  commands: () => {
    const [layout, transfer] = [useLayout(), useEventTransfer()];
    return [
      {
        id: 'events.mark',
        title: 'Mark events in the recording',
        group: 'Events',
        keys: ['alt+e'],
        icon: AudioWaveform,
        run: () => {
          layout.use('events');
          layout.showPanel('events');
        },
      },
      {
        id: 'events.list',
        title: 'List all events',
        group: 'Events',
        icon: ListMusic,
        run: () => layout.showPanel('eventList'),
      },
      {
        id: 'events.find',
        title: 'Find the rest: detect events',
        group: 'Events',
        icon: Radar,
        run: () => layout.showPanel('detector'),
      },
      {
        id: 'events.cut',
        title: 'Cut events out as media files',
        group: 'Events',
        icon: Scissors,
        run: () => transfer.open('cut'),
      },
      {
        id: 'events.import',
        title: 'Import events (Raven, Audacity, ELAN, Praat, BORIS, VIA, CSV)',
        group: 'Events',
        icon: FileUp,
        run: () => transfer.open('import'),
      },
      {
        id: 'events.export',
        title: 'Export events',
        group: 'Events',
        icon: Download,
        run: () => transfer.open('export'),
      },
    ];
  },
};
