// An ONNX graph in onnxruntime-web: on the graphics adapter where there is one, else wasm with as many threads as the page may use.
// The runtime's own files are built into the page; nothing is fetched from elsewhere.
import type { InferenceSession, TensorConstructor } from 'onnxruntime-web';
import wasmModule from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmBinary from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import gpuModule from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import gpuBinary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import type { OpenedGraph, Provider } from './graphMessages.ts';

export interface Session extends OpenedGraph { session: InferenceSession; Tensor: TensorConstructor }

/** More threads than this do not make so small a model faster. */
const mostThreads = 4;

async function hasAdapter(): Promise<boolean> {
  const { gpu } = navigator as Navigator & { gpu?: { requestAdapter(): Promise<unknown> } };
  return gpu ? (await gpu.requestAdapter().catch(() => null)) !== null : false;
}

async function openWith(provider: Provider, graph: Uint8Array): Promise<Session> {
  const { env, InferenceSession: sessions, Tensor } = provider === 'webgpu' ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm');
  // Threads need shared memory, which the page has only under the isolation headers of its host.
  const threads = globalThis.crossOriginIsolated ? Math.min(mostThreads, navigator.hardwareConcurrency || 1) : 1;
  env.wasm.numThreads = threads;
  env.wasm.wasmPaths = provider === 'webgpu' ? { mjs: gpuModule, wasm: gpuBinary } : { mjs: wasmModule, wasm: wasmBinary };
  env.logLevel = 'error';
  const session = await sessions.create(graph, { executionProviders: [provider], graphOptimizationLevel: 'all' });
  const inputs = Object.fromEntries(session.inputMetadata.map((input) => [input.name, input.isTensor ? input.shape : []]));
  return { session, Tensor, provider, threads, inputs };
}

/** @throws what the runtime says of a graph it cannot read or run */
export async function openSession(graph: Uint8Array): Promise<Session> {
  if (await hasAdapter()) {
    try {
      return await openWith('webgpu', graph);
    } catch (error) {
      console.warn('The graphics adapter cannot run this model; wasm does.', error);
    }
  }
  return openWith('wasm', graph);
}
