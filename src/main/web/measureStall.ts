// How long the host's event loop stood still while clips were embedded: told at the end of each such job where
// CAVMAE_MEASURE_STALL is set.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { EventBus } from '../../engine/procedures/engineContext.ts';

const resolutionMs = 5;

/** Logs one line a job, in milliseconds above the sampling interval. Returns what ends the measuring. */
export function measureStall(events: EventBus, log: (line: string) => void): () => void {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  const measured = new Set<number>();
  const milliseconds = (nanoseconds: number): string => Math.max(0, nanoseconds / 1e6 - resolutionMs).toFixed(1);
  const forget = events.subscribe((event) => {
    if (event.type !== 'jobChanged' || event.job.kind !== 'embed') return;
    const { id, status } = event.job;
    if (status === 'running' && !measured.has(id)) {
      measured.add(id);
      delay.reset();
      delay.enable();
    } else if (status !== 'running' && measured.delete(id)) {
      delay.disable();
      log(
        `Event loop while embedding: longest stall ${milliseconds(delay.max)} ms, 99th percentile ${milliseconds(delay.percentile(99))} ms.`,
      );
    }
  });
  return () => {
    forget();
    delay.disable();
  };
}
