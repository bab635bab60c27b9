// Runs of one kind, newest first, and the one that is looked at. Their curves grow by what the engine tells while it
// trains.
import { computed, ref, shallowRef } from 'vue';
import type { CurvePoint, Run } from '../../../../shared/contract/model.ts';
import { client } from '../../engine/client.ts';
import { inOrder } from '../../../../shared/async/inOrder.ts';
import { onEngineEvent } from '../../stores/eventRouter.ts';

/**
 * A curve with points told later: one a step, as the engine stores them; a step that is run again after a resume
 * replaces its point.
 */
export function withPoints(curve: readonly CurvePoint[], points: readonly CurvePoint[]): CurvePoint[] {
  const bySteps = new Map(curve.map((point) => [point.step, point]));
  for (const point of points) bySteps.set(point.step, { ...bySteps.get(point.step), ...point });
  return [...bySteps.values()].sort((a, b) => a.step - b.step);
}

/** `failed` says what went wrong with reading the list. */
export function useRuns(kind: Run['kind'], failed: (error: unknown) => void) {
  const runs = shallowRef<Run[]>([]);
  const runId = ref<number | null>(null);
  const run = computed(() => runs.value.find((one) => one.id === runId.value) ?? null);
  /** Points told while the list is read, which may or may not be in the answer. */
  let told: { runId: number; points: readonly CurvePoint[] }[] = [];
  let reading = 0;

  const read = inOrder(
    async () => {
      if (reading++ === 0) told = [];
      const from = told.length;
      try {
        return { rows: await client.runs.list(), told: told.slice(from) };
      } finally {
        reading -= 1;
      }
    },
    (answer) => {
      runs.value = answer.rows
        .filter((one) => one.kind === kind)
        .sort((a, b) => b.id - a.id)
        .map((one) => ({
          ...one,
          curve: withPoints(
            one.curve,
            answer.told.flatMap((event) => (event.runId === one.id ? event.points : [])),
          ),
        }));
      runId.value ??= runs.value[0]?.id ?? null;
    },
  );
  const refreshRuns = (): Promise<void> => read().catch(failed);
  onEngineEvent((event) => {
    if (event.type === 'runProgressed') {
      told.push(event);
      runs.value = runs.value.map((one) =>
        one.id === event.runId ? { ...one, curve: withPoints(one.curve, event.points) } : one,
      );
    } else if (event.type === 'jobChanged' && event.job.kind === kind && event.job.status !== 'running')
      void refreshRuns();
  });
  return { runs, runId, run, refreshRuns };
}
