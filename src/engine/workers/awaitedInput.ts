// Reads a clip's input file during a long training. The folder of inputs is a bounded cache: what it has dropped
// meanwhile is asked for by an event, and read once the host has had it made again. Training reads a batch ahead, so
// decoding and computing overlap.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClipInput } from '../inference/clipInput.ts';
import { EngineError } from '../../shared/engineError.ts';
import { readClipInput } from './readClipInput.ts';

/** Sent to the host: this input file is needed and not there. */
export interface MissingInput {
  missing: string;
}

const pollMs = 50;
const patienceMs = 180_000;

/** @throws EngineError NOT_FOUND when the host does not make it in three minutes, CANCELLED, and what reading throws. */
export async function awaitedInput(
  path: string,
  { signal, ask }: { signal: AbortSignal; ask: (missing: MissingInput) => void },
): Promise<ClipInput> {
  let asked = false;
  for (const start = performance.now(); ; await sleep(pollMs)) {
    try {
      return await readClipInput(path);
    } catch (thrown) {
      if (signal.aborted) throw new EngineError('CANCELLED', 'stopped');
      if (EngineError.from(thrown).code !== 'NOT_FOUND' || performance.now() - start > patienceMs) throw thrown;
      if (!asked) ask({ missing: path });
      asked = true;
    }
  }
}
