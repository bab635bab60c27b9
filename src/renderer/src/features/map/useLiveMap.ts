// Drawing the map anew while its parameters are changed: one drawing at a time, the last wish counts, and each replaces
// the one before it, so that the history keeps what someone stayed with and not every stop of a slider.
import { useDebounceFn } from '@vueuse/core';
import { ref, watch } from 'vue';
import { client } from '../../engine/client.ts';
import { isActive, useJobs } from '../../stores/jobs.ts';
import { useMap } from '../../stores/map.ts';
import type { MapOptions } from '../../stores/map.ts';

export function useLiveMap() {
  const [jobs, map] = [useJobs(), useMap()];
  const live = ref(false);
  /** The map that the next change replaces, with the job that draws it. */
  let draft: { projectionId: number; jobId: number } | null = null;
  let wish: MapOptions | null = null;
  let drawing = false;

  const ended = (jobId: number): Promise<void> =>
    new Promise((resolve) => {
      const stop = watch(
        () => jobs.byId.get(jobId),
        (job) => {
          if (job && isActive(job)) return;
          resolve();
          queueMicrotask(() => stop());
        },
        { immediate: true },
      );
    });
  async function drawWishes(): Promise<void> {
    if (drawing) return;
    drawing = true;
    while (wish) {
      const options = wish;
      wish = null;
      const before = draft;
      const job = before ? jobs.byId.get(before.jobId) : undefined;
      if (job && isActive(job)) {
        await jobs.act(job, 'cancel');
        await ended(job.id);
      }
      const jobId = await jobs.start(map.compute(options), 'Drawing the map');
      draft = jobId === null || map.projectionId === null ? null : { projectionId: map.projectionId, jobId };
      // What was stopped or replaced is no map that anyone asked to keep.
      if (before)
        await client.projections.remove({ projectionId: before.projectionId }).then(
          () => map.refresh(),
          () => {},
        );
    }
    drawing = false;
  }
  const redraw = useDebounceFn((options: MapOptions) => {
    wish = options;
    return drawWishes();
  }, 350);
  /** What was drawn stays; the next change begins a new map. */
  watch(live, () => {
    draft = null;
  });
  return { live, redraw };
}
