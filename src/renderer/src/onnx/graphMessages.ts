// What the page and its graph worker say to each other.

export interface GraphTensor {
  dims: readonly number[];
  data: Float32Array;
}
export type Provider = 'webgpu' | 'wasm';
/** `automatic`: on the graphics adapter where it is one, not software that plays one; `webgpu`: on any adapter there is. */
export type GraphCompute = 'automatic' | Provider;
/**
 * Where graphs that belong together run, why not on a graphics adapter (ends "wasm because …"; null where they do), and
 * the shapes of their inputs (symbolic axes by name).
 */
export interface OpenedGraph {
  provider: Provider;
  threads: number;
  whyWasm: string | null;
  inputs: Record<string, readonly (number | string)[]>;
}

export type GraphCall =
  | { kind: 'open'; urls: Record<string, string>; compute: GraphCompute }
  | { kind: 'run'; part: string; feeds: Record<string, GraphTensor> };
export type GraphRequest = GraphCall & { call: number };
/** `gpu`: it was the graphics adapter that failed. `lost`: it is gone, and with it whatever it was asked. */
export type GraphAnswer =
  | ({ call: number } & ({ result: OpenedGraph | Record<string, GraphTensor> } | { error: string; gpu: boolean }))
  | { lost: string };

/** What the graphics adapter said when it failed: wasm may do. */
export class GpuFailure extends Error {}
