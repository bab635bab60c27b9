// One macrotask between pieces of work, so that cancel, questions and progress get through.
import { EngineError } from '../../shared/engineError.ts';

/** Waits one turn of the event loop. Throws CANCELLED when `signal` is aborted. */
export async function breathe(signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => void setImmediate(resolve));
  if (signal?.aborted) throw new EngineError('CANCELLED', 'the work was cancelled');
}
