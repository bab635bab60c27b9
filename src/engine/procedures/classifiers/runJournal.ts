// Points of a training's live curves: shown at once, written down in bunches.
import type { CurvePoint, Run } from '../../../shared/contract/model.ts';
import type { EngineContext } from '../engineContext.ts';

const publishMs = 200;

export interface RunJournal {
  add(point: CurvePoint): void;
  flush(): void;
}

/** One per run of the job. */
export function runJournal(
  { workspace, events }: Pick<EngineContext, 'workspace' | 'events'>,
  runId: number,
): RunJournal {
  let waiting: CurvePoint[] = [];
  let begun = false;
  let last = 0;
  const flush = () => {
    if (!waiting.length) return;
    const points = waiting;
    waiting = [];
    last = performance.now();
    workspace.atomically(() => {
      // A resumed training goes on from its last saved state: what came after it is drawn again, by steps that may
      // differ.
      if (!begun) workspace.runs.forgetFrom(runId, points[0]!.step);
      workspace.runs.append(runId, points);
    });
    begun = true;
    events.publish({ type: 'runProgressed', runId, points });
  };
  return {
    add(point) {
      waiting.push(point);
      if (performance.now() - last > publishMs) flush();
    },
    flush,
  };
}

/** A run with the status of its job, which knows of pauses and restarts. */
export function presentRun({ jobs }: Pick<EngineContext, 'jobs'>, run: Run): Run {
  const status = run.jobId === null ? undefined : jobs.get(run.jobId)?.status;
  return { ...run, status: status === 'queued' ? 'running' : (status ?? run.status) };
}
