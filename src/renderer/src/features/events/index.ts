// Events in time: marked in a timeline, and listed.
import { AudioWaveform, ListMusic } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { useLayout } from '../../stores/layout.ts';

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
  ],
  commands: () => {
    const layout = useLayout();
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
    ];
  },
};
