// The ONNX graphs of a model in onnxruntime-web: on the graphics adapter where there is one, else wasm with as many
// threads as the page may use. The runtime's own files are built into the page; nothing is fetched from elsewhere.
import type { InferenceSession, TensorConstructor } from 'onnxruntime-web';
import wasmModule from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmBinary from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import gpuModule from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import gpuBinary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { GpuFailure } from './graphMessages.ts';
import type { GraphCompute, OpenedGraph, Provider } from './graphMessages.ts';

/** `lost` resolves with the reason when the graphics adapter is gone; null where none is used. */
export interface Session extends OpenedGraph {
  sessions: Record<string, InferenceSession>;
  Tensor: TensorConstructor;
  lost: Promise<string> | null;
}
/** What is needed of WebGPU's own types. Older browsers tell of software on the adapter itself. */
interface Adapter {
  isFallbackAdapter?: boolean;
  info?: { isFallbackAdapter?: boolean };
}
interface Device {
  lost: Promise<{ reason: string; message: string }>;
}

/** More threads than this do not make so small a model faster. */
const mostThreads = 4;

/**
 * Why a graph is not run on a graphics adapter; null where it is to be. Software in place of one was measured a hundred
 * times slower than wasm (14.6 s against 0.13).
 */
async function whyNoGpu(compute: GraphCompute): Promise<string | null> {
  if (compute === 'wasm') return 'that was chosen';
  const { gpu } = navigator as Navigator & { gpu?: { requestAdapter(): Promise<Adapter | null> } };
  const adapter = gpu ? await gpu.requestAdapter().catch(() => null) : null;
  if (!adapter) return 'the browser offers no graphics adapter';
  return compute === 'automatic' && (adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter)
    ? 'the browser’s graphics adapter is software, which is slower'
    : null;
}

async function openWith(provider: Provider, graphs: Record<string, Uint8Array>): Promise<Omit<Session, 'whyWasm'>> {
  const {
    env,
    InferenceSession: runtime,
    Tensor,
  } = provider === 'webgpu' ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm');
  // Threads need shared memory, which the page has only under the isolation headers of its host.
  const threads = globalThis.crossOriginIsolated ? Math.min(mostThreads, navigator.hardwareConcurrency || 1) : 1;
  env.wasm.numThreads = threads;
  env.wasm.wasmPaths =
    provider === 'webgpu' ? { mjs: gpuModule, wasm: gpuBinary } : { mjs: wasmModule, wasm: wasmBinary };
  env.logLevel = 'error';
  // Warnings of a session come out as errors of the page: that shapes are computed beside the graphics adapter is none.
  const sessions: Record<string, InferenceSession> = {};
  for (const [part, graph] of Object.entries(graphs))
    sessions[part] = await runtime.create(graph, {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
  const inputs = Object.fromEntries(
    Object.values(sessions).flatMap(({ inputMetadata }) =>
      inputMetadata.map((input) => [input.name, input.isTensor ? input.shape : []]),
    ),
  );
  const device = provider === 'webgpu' ? ((await env.webgpu.device) as Device) : null;
  const lost = device && device.lost.then(({ message, reason }) => message || reason);
  return { sessions, Tensor, provider, threads, inputs, lost };
}

/** @throws what the runtime says of a graph it cannot read or run; GpuFailure where it was the graphics adapter that could not */
export async function openSession(graphs: Record<string, Uint8Array>, compute: GraphCompute): Promise<Session> {
  const whyWasm = await whyNoGpu(compute);
  if (whyWasm !== null) return { ...(await openWith('wasm', graphs)), whyWasm };
  try {
    return { ...(await openWith('webgpu', graphs)), whyWasm };
  } catch (error) {
    throw new GpuFailure(error instanceof Error ? error.message : String(error));
  }
}
