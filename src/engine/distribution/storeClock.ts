// The time by the store's clock. Clocks of machines differ; ages of objects are only compared with this one.
import type { ObjectStore } from './objectStore.ts';
import { clockKey } from './storeLayout.ts';

/** How long an answer is trusted before it is asked again. */
const trustedMs = 300_000;
/** Four beats missed. */
const goneAfter = 60_000;

export class StoreClock {
  private readonly store: ObjectStore;
  private readonly who: string;
  private known: { storeMs: number; ownMs: number } | null = null;

  private readonly goneAfterMs: number;

  /**
   * @param who names the object that is written to learn the time
   * @param goneAfterMs age of a beat at which its worker counts as gone
   */
  constructor(store: ObjectStore, who: string, goneAfterMs = goneAfter) {
    this.store = store;
    this.who = who;
    this.goneAfterMs = goneAfterMs;
  }

  /** Whether who wrote this and writes it again and again has stopped. */
  async isOld(modifiedMs: number): Promise<boolean> {
    return (await this.now()) - modifiedMs > this.goneAfterMs;
  }

  async now(): Promise<number> {
    const ownMs = performance.now();
    if (!this.known || ownMs - this.known.ownMs > trustedMs) {
      const key = clockKey(this.who);
      await this.store.put(key, new Uint8Array([1]));
      const about = await this.store.head(key);
      await this.store.remove(key);
      this.known = { storeMs: about?.modifiedMs ?? Date.now(), ownMs: performance.now() };
    }
    return this.known.storeMs + performance.now() - this.known.ownMs;
  }
}
