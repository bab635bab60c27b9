// TEST CODE. A distributed run with a worker at work, one that waits, and one with a problem.
import type { DistributionStatus } from '../../src/shared/contract/distribution.ts';

export const fakeRunStatus = ({ store, queue }: { store: string; queue: string | null }): DistributionStatus => ({
  run: '32564f35827ea0d6',
  store,
  queue,
  shards: { total: 40, done: 13, split: 1 },
  workers: [
    {
      worker: 'node-1-1',
      host: 'node-1',
      busy: true,
      embedded: 2048,
      failed: 3,
      clipsPerSecond: 1.42,
      secondsAgo: 4,
      problem: null,
    },
    {
      worker: 'node-2-1',
      host: 'node-2',
      busy: false,
      embedded: 1280,
      failed: 0,
      clipsPerSecond: null,
      secondsAgo: 11,
      problem: null,
    },
    {
      worker: 'node-3-1',
      host: 'node-3',
      busy: false,
      embedded: 0,
      failed: 0,
      clipsPerSecond: null,
      secondsAgo: 2,
      problem: 'this machine has no folder /archive/2024 Mount it, or say where it is with --media FROM=TO.',
    },
  ],
  clipsPerSecond: 1.42,
  secondsLeft: 5400,
  failures: { DECODE_FAILED: 2, INTERNAL: 1 },
  waitingFor: null,
});
