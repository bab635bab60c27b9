// Jobs: the tray is part of the frame; here are its commands.
import { Bell, Boxes, CirclePause, CirclePlay } from '@lucide/vue';
import type { Feature } from '../../feature.ts';
import { client } from '../../engine/client.ts';
import { useJobs } from '../../stores/jobs.ts';
import { useNotify } from './useNotify.ts';

export const jobsFeature: Feature = {
  name: 'jobs',
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
    ];
  },
};
