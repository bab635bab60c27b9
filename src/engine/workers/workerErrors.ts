// How a call fails when its worker process is gone, told apart from errors of the call itself by their class.
import { isOutOfMemory } from '../base/outOfMemory.ts';
import { EngineError } from '../../shared/engineError.ts';

/** The worker exited by itself during the call. INTERNAL, or OUT_OF_MEMORY where its last words say so. */
export class WorkerExitError extends EngineError {
  constructor(worker: string, reason: string) {
    const hint =
      isOutOfMemory(reason) || reason.includes('SIGKILL')
        ? 'It may have run out of memory: close other programs or choose a smaller model. It starts again by itself.'
        : 'It starts again by itself; try once more.';
    super(isOutOfMemory(reason) ? 'OUT_OF_MEMORY' : 'INTERNAL', `the ${worker} worker ended: ${reason}`, { hint });
  }
}

/** The worker was stopped during the call: the engine closes, or another call hung in it. CANCELLED. */
export class WorkerStoppedError extends EngineError {
  constructor(worker: string, reason: string) {
    super('CANCELLED', `the ${worker} worker was ${reason}`);
  }
}
