// The event bus of one open workspace. It delivers every event in memory to every listener, in order.
import type { EngineEvent } from '../../shared/contract/system.ts';
import type { EventBus } from '../procedures/engineContext.ts';

/** A listener that throws is its own affair: the others still hear, and the publisher goes on. */
export function createEventBus(onListenerError: (thrown: unknown) => void = () => {}): EventBus {
  const listeners = new Set<(event: EngineEvent) => void>();
  return {
    publish(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (thrown) {
          onListenerError(thrown);
        }
      }
    },
    subscribe(listener) {
      const own = (event: EngineEvent) => listener(event);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}
