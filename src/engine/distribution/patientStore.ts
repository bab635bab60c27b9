// A store that waits: what fails for a reason that may pass is asked again, at growing intervals, for some minutes.
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../shared/engineError.ts';
import type { ObjectStore, StoredObject } from './objectStore.ts';

export interface Patience {
  /** How long one request is tried; 10 minutes. */
  forMs?: number;
  signal?: AbortSignal | undefined;
  /** Told once when a wait begins, with the reason. */
  onWait?: ((reason: string) => void) | undefined;
}

const firstWaitMs = 250;
const longestWaitMs = 20_000;

export class PatientStore implements ObjectStore {
  private readonly store: ObjectStore;
  private readonly patience: Patience;
  private waiting = false;

  constructor(store: ObjectStore, patience: Patience = {}) {
    this.store = store;
    this.patience = patience;
  }

  get url(): string {
    return this.store.url;
  }

  private async try<T>(call: () => Promise<T>): Promise<T> {
    const { forMs = 600_000, signal, onWait } = this.patience;
    const from = performance.now();
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(longestWaitMs, waitMs * 2)) {
      try {
        const answer = await call();
        this.waiting = false;
        return answer;
      } catch (thrown) {
        const error = EngineError.from(thrown);
        if (error.code !== 'BACKEND_UNAVAILABLE' || performance.now() - from + waitMs > forMs) throw error;
        if (!this.waiting) onWait?.(error.message);
        this.waiting = true;
      }
      // Not all at the same moment, once the store is back.
      await sleep(waitMs * (0.5 + Math.random()), undefined, signal ? { signal } : {});
    }
  }

  get(key: string): Promise<Uint8Array | null> {
    return this.try(() => this.store.get(key));
  }
  range(key: string, from: number, to: number): Promise<Uint8Array> {
    return this.try(() => this.store.range(key, from, to));
  }
  put(key: string, bytes: Uint8Array): Promise<void> {
    return this.try(() => this.store.put(key, bytes));
  }
  /** A write whose answer was lost may have been this one's: the caller only learns that the object is there. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    return this.try(() => this.store.putIfAbsent(key, bytes));
  }
  head(key: string): Promise<StoredObject | null> {
    return this.try(() => this.store.head(key));
  }
  async *list(prefix: string): AsyncIterable<StoredObject> {
    // A listing that breaks off is begun again: what was seen already is not told twice.
    const collect = async () => {
      const all: StoredObject[] = [];
      for await (const one of this.store.list(prefix)) all.push(one);
      return all;
    };
    yield* await this.try(collect);
  }
  remove(key: string): Promise<void> {
    return this.try(() => this.store.remove(key));
  }
  upload(key: string, path: string): Promise<void> {
    return this.try(() => this.store.upload(key, path));
  }
  close(): void {
    this.store.close();
  }
}
