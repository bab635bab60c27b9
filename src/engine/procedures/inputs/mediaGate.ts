// Calls to the media worker that may meet a hostile file: a time limit for each, and blame for a crash laid on the
// right one.
import { EngineError } from '../../../shared/engineError.ts';
import { WorkerExitError, WorkerStoppedError } from '../../workers/workerErrors.ts';
import type { EngineContext } from '../engineContext.ts';

type MediaWorker = EngineContext['media'];

/** Seconds a file may take before its decoder counts as hung; more for large ones. */
export const fileLimitS = (sizeBytes: number, environment: NodeJS.ProcessEnv = process.env): number =>
  (Number(environment.CAVMAE_FILE_LIMIT_S) || 60) + sizeBytes / (20 * 1024 ** 2);

/** After cancelling politely, how long before the worker is killed. */
const graceMs = 2000;

/** A file took longer than it may. */
export class DecodeTimeout extends EngineError {
  constructor(path: string, limitS: number, cause?: unknown) {
    super('DECODE_FAILED', `decoding took longer than ${Math.round(limitS)} s and was given up`, { path }, cause);
  }
}

export class MediaGate {
  private readonly worker: MediaWorker;
  private running = 0;
  /** The last call that has to be alone in the worker, or a settled promise. */
  private alone: Promise<unknown> = Promise.resolve();
  private idle: (() => void)[] = [];

  constructor(worker: MediaWorker) {
    this.worker = worker;
  }

  /**
   * Runs `call` within `limitS`. When the worker dies with several calls in it, each is made again alone: the one that
   * kills it again is to blame.
   * @throws EngineError DECODE_FAILED with the path for a crash or hang; CANCELLED for the caller's own signal; the
   * call's own error
   */
  async call<T>(
    path: string,
    limitS: number,
    signal: AbortSignal,
    call: (calls: MediaWorker['calls'], signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    await this.alone.catch(() => undefined);
    try {
      return await this.timed(path, limitS, signal, call);
    } catch (thrown) {
      if (signal.aborted || !died(thrown)) throw thrown;
    }
    const turn = this.alone
      .catch(() => undefined)
      .then(async () => {
        await this.whenIdle();
        return this.timed(path, limitS, signal, call);
      });
    this.alone = turn;
    try {
      return await turn;
    } catch (thrown) {
      if (signal.aborted || !died(thrown)) throw thrown;
      throw new EngineError(
        'DECODE_FAILED',
        `the decoder crashed on this file (${EngineError.from(thrown).message})`,
        { path },
        thrown,
      );
    }
  }

  private async timed<T>(
    path: string,
    limitS: number,
    signal: AbortSignal,
    call: (calls: MediaWorker['calls'], signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const limit = new AbortController();
    let killer: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => {
      limit.abort();
      killer = setTimeout(() => this.worker.stop('stopped: a file took too long'), graceMs);
    }, limitS * 1000);
    this.running++;
    try {
      return await call(this.worker.calls, AbortSignal.any([signal, limit.signal]));
    } catch (thrown) {
      if (!limit.signal.aborted || signal.aborted) throw thrown;
      throw new DecodeTimeout(path, limitS, thrown);
    } finally {
      clearTimeout(timer);
      clearTimeout(killer);
      if (--this.running === 0) for (const wake of this.idle.splice(0)) wake();
    }
  }

  private whenIdle(): Promise<void> {
    return this.running === 0 ? Promise.resolve() : new Promise((resolve) => this.idle.push(resolve));
  }
}

/** The worker ended under the call, of itself or because another file hung in it. */
const died = (thrown: unknown): boolean => thrown instanceof WorkerExitError || thrown instanceof WorkerStoppedError;
