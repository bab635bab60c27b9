// One macrotask, so that messages (cancel, another call) get through between pieces of synchronous work.
import { EngineError } from '../../shared/engineError.ts';

/** @throws EngineError CANCELLED once the signal is aborted. */
export async function breathe(signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal?.aborted) throw new EngineError('CANCELLED', 'the work was cancelled');
}
