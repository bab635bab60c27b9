// Jobs: the tray is part of the frame; here are its commands.
import { Bell, Boxes, CirclePause, CirclePlay, DatabaseZap, Server } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { client } from '../../engine/client.ts';
import { useJobs } from '../../stores/jobs.ts';
import { useDistribution } from './distributionStore.ts';
import { useNotify } from './useNotify.ts';

export const jobsFeature: Feature = {
  name: 'jobs',
  dialogs: [
    defineAsyncComponent(() => import('./DistributeDialog.vue')),
    defineAsyncComponent(() => import('./ImportEmbeddingsDialog.vue')),
  ],
  commands: () => {
    const [jobs, notify] = [useJobs(), useNotify()];
    const all = (from: 'running' | 'paused', action: 'pause' | 'resume') => async () => {
      for (const job of jobs.active)
        if (job.status === from || (from === 'running' && job.status === 'queued')) await jobs.act(job, action);
    };
    return [
      {
        id: 'jobs.pause',
        title: 'Pause all jobs',
        group: 'Jobs',
        icon: CirclePause,
        enabled: () => jobs.active.some((job) => job.status !== 'paused'),
        run: all('running', 'pause'),
      },
      {
        id: 'jobs.resume',
        title: 'Resume all jobs',
        group: 'Jobs',
        icon: CirclePlay,
        enabled: () => jobs.active.some((job) => job.status === 'paused'),
        run: all('paused', 'resume'),
      },
      {
        id: 'jobs.notify',
        title: 'Notify when long jobs end: on or off',
        group: 'Jobs',
        icon: Bell,
        enabled: () => notify.possible,
        run: () => notify.toggle(),
      },
      {
        id: 'jobs.embed',
        title: 'Embed clips that the current model has not embedded yet',
        group: 'Jobs',
        icon: Boxes,
        run: () => jobs.start(client.embeddings.start({}), 'Embedding'),
      },
      {
        id: 'jobs.distribute',
        title: 'Embed on several machines…',
        group: 'Jobs',
        icon: Server,
        run: () => useDistribution().show('start'),
      },
      {
        id: 'jobs.importEmbeddings',
        title: 'Import embeddings from a store…',
        group: 'Jobs',
        icon: DatabaseZap,
        run: () => useDistribution().show('import'),
      },
    ];
  },
};
