// Chooses the tensor backend of this process: native TensorFlow on a GPU, native on the CPU, WebAssembly where neither
// loads.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { BackendReport } from '../../shared/contract/system.ts';
import { EngineError } from '../../shared/engineError.ts';
import { preparedNative, type PreparedNative } from './preparedNative.ts';
import { useRank2MatMul } from './rank2MatMul.ts';
import { restoreUtil } from './utilShim.ts';

/** Read by TensorFlow when its library is loaded, so set before; a value someone gave stays. */
export const tensorflowEnvironment: Readonly<Record<string, string>> = {
  TF_CPP_MIN_LOG_LEVEL: '2',
  TF_ENABLE_ONEDNN_OPTS: '1',
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
};

interface NodeBackend {
  isUsingGpuDevice: boolean;
  binding: { TF_Version?: string };
}

/** Name of the first NVIDIA GPU by its driver's own account. */
function gpuName(): string | null {
  try {
    const gpus = '/proc/driver/nvidia/gpus';
    const first = readdirSync(gpus)[0];
    return first
      ? (/Model:\s*(.+)/.exec(readFileSync(join(gpus, first, 'information'), 'utf8'))?.[1]?.trim() ?? 'NVIDIA GPU')
      : null;
  } catch {
    return null;
  }
}

async function startNative(name: NonNullable<PreparedNative['package']>, how: string): Promise<BackendReport> {
  for (const [key, value] of Object.entries(tensorflowEnvironment)) process.env[key] ??= value;
  restoreUtil();
  await import(name);
  await tf.setBackend('tensorflow');
  await tf.ready();
  // One real product: a library may load and still not run on this processor.
  tf.tidy(() => tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync());
  useRank2MatMul();
  const backend = tf.backend() as unknown as NodeBackend;
  const gpu = backend.isUsingGpuDevice ? (gpuName() ?? 'GPU') : null;
  const cpuOnly = name.endsWith('-gpu') && !gpu;
  return {
    backend: gpu ? 'native-gpu' : 'native',
    native: true,
    gpu,
    threads: availableParallelism(),
    tensorflow: backend.binding.TF_Version ?? null,
    reason: `${name} (${how})${cpuOnly ? ', on the CPU: it found no usable GPU' : ''}`,
    hint: cpuOnly ? 'Check the NVIDIA driver (525 or newer) with nvidia-smi.' : null,
  };
}

async function startWasm(reason: string, hint: string | null): Promise<BackendReport> {
  const { setThreadsCount, setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep);
  setThreadsCount(availableParallelism());
  if (!(await tf.setBackend('wasm')))
    throw new EngineError(
      'BACKEND_UNAVAILABLE',
      `no tensor backend could be started: ${reason}; WebAssembly failed as well`,
    );
  await tf.ready();
  return { backend: 'wasm', native: false, gpu: null, threads: availableParallelism(), tensorflow: null, reason, hint };
}

async function choose(wish: string | undefined): Promise<BackendReport> {
  if (wish === 'wasm') return startWasm('asked for by CAVMAE_BACKEND=wasm', null);
  const prepared = preparedNative();
  const first = prepared?.package ?? '@tensorflow/tfjs-node';
  const failures = prepared?.tried ?? [];
  for (const name of new Set([wish === 'native' ? '@tensorflow/tfjs-node' : first, '@tensorflow/tfjs-node'] as const)) {
    try {
      return await startNative(name, prepared?.how ?? 'found installed');
    } catch (thrown) {
      failures.push(`${name}: ${(thrown as Error).message.split('\n')[0]}`);
    }
  }
  const why = `native TensorFlow does not load (${failures.join('; ')})`;
  if (wish === 'native')
    throw new EngineError('BACKEND_UNAVAILABLE', `${why}, and CAVMAE_BACKEND=native forbids WebAssembly`);
  return startWasm(
    why,
    'WebAssembly is many times slower and cannot train the base size. Run `npm run setup` to prepare native TensorFlow.',
  );
}

let started: Promise<BackendReport> | null = null;

/**
 * Starts the backend once per process and says which it is and why. `CAVMAE_BACKEND` = wasm | native forces one.
 * @throws EngineError BACKEND_UNAVAILABLE when the forced one, or every one, fails.
 */
export function startBackend(): Promise<BackendReport> {
  return (started ??= choose(process.env.CAVMAE_BACKEND));
}
