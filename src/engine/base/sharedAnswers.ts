// Shares one computation between callers that ask for the same key at the same time.
import { EngineError } from '../../shared/engineError.ts';

interface Asked<T> {
  answer: Promise<T>;
  askers: number;
  abort: AbortController;
}

export class SharedAnswers<T> {
  private readonly underWay = new Map<string, Asked<T>>();

  /**
   * Computes the answer, or waits for that of the same `key` which is under way. Who gives up leaves the others their
   * answer; the computation is stopped when nobody waits for it.
   * @param key everything the answer depends on
   */
  ask(key: string, signal: AbortSignal | undefined, compute: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (signal?.aborted) return Promise.reject(new EngineError('CANCELLED', 'cancelled before it began'));
    const asked = this.underWay.get(key) ?? this.begin(key, compute);
    asked.askers++;
    return new Promise((resolve, reject) => {
      const leave = () => {
        reject(new EngineError('CANCELLED', 'nobody waits for the answer'));
        if (--asked.askers > 0) return;
        if (this.underWay.get(key) === asked) this.underWay.delete(key);
        asked.abort.abort();
      };
      signal?.addEventListener('abort', leave, { once: true });
      asked.answer.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave));
    });
  }

  private begin(key: string, compute: (signal: AbortSignal) => Promise<T>): Asked<T> {
    const abort = new AbortController();
    const asked: Asked<T> = { abort, askers: 0, answer: compute(abort.signal) };
    this.underWay.set(key, asked);
    const forget = () => {
      if (this.underWay.get(key) === asked) this.underWay.delete(key);
    };
    asked.answer.then(forget, forget);
    return asked;
  }
}
