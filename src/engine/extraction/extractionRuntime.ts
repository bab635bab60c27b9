// Which library computes embeddings: onnxruntime where it loads and TensorFlow has no GPU, else tensorflow.js. Both
// give the same numbers but for rounding. CAVMAE_EXTRACTION = auto | onnx | tfjs decides for a process, `wish` for one
// call.
import { createRequire } from 'node:module';
import type { BackendReport } from '../../shared/contract/system.ts';
import { EngineError } from '../../shared/engineError.ts';

export const extractionWishes = ['auto', 'onnx', 'tfjs'] as const;
export type ExtractionWish = (typeof extractionWishes)[number];
export interface Extraction {
  runtime: 'onnxruntime' | 'tfjs';
  reason: string;
}
export type OnnxRuntime = typeof import('onnxruntime-node');

let loaded: { runtime: OnnxRuntime } | { failure: string } | null = null;

/** Loaded when first needed: its library takes memory that a process without embeddings should not pay. */
function load(): { runtime: OnnxRuntime } | { failure: string } {
  try {
    return (loaded ??= { runtime: createRequire(import.meta.url)('onnxruntime-node') as OnnxRuntime });
  } catch (thrown) {
    return (loaded = { failure: (thrown as Error).message.split('\n')[0] as string });
  }
}

/** @throws EngineError BACKEND_UNAVAILABLE when it does not load */
export function onnxRuntime(): OnnxRuntime {
  const answer = load();
  if ('runtime' in answer) return answer.runtime;
  throw new EngineError('BACKEND_UNAVAILABLE', `onnxruntime-node does not load: ${answer.failure}`, {
    hint: 'Run `npm run setup`, or leave CAVMAE_EXTRACTION unset to compute with tensorflow.js.',
  });
}

/** What the environment asks for. @throws EngineError BAD_INPUT for a value of CAVMAE_EXTRACTION that is none */
export function wished(): ExtractionWish {
  const text = process.env.CAVMAE_EXTRACTION || 'auto';
  const wish = extractionWishes.find((one) => one === text);
  if (!wish)
    throw new EngineError('BAD_INPUT', `CAVMAE_EXTRACTION is "${text}"; it can be ${extractionWishes.join(', ')}`, {
      field: 'CAVMAE_EXTRACTION',
    });
  return wish;
}

/**
 * @param wish goes before the environment
 * @throws EngineError BACKEND_UNAVAILABLE when onnxruntime is asked for and does not load
 */
export function chooseExtraction(
  { backend }: Pick<BackendReport, 'backend'>,
  wish: ExtractionWish = wished(),
): Extraction {
  if (wish === 'tfjs') return { runtime: 'tfjs', reason: 'asked for' };
  if (wish === 'onnx') {
    onnxRuntime();
    return { runtime: 'onnxruntime', reason: 'asked for' };
  }
  if (backend === 'native-gpu') return { runtime: 'tfjs', reason: 'it runs on the GPU' };
  const answer = load();
  if ('failure' in answer) return { runtime: 'tfjs', reason: `onnxruntime-node does not load: ${answer.failure}` };
  return { runtime: 'onnxruntime', reason: 'fastest without a GPU' };
}
