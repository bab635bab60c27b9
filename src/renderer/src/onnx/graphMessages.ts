// What the page and its graph worker say to each other.

export interface GraphTensor { dims: readonly number[]; data: Float32Array }
export type Provider = 'webgpu' | 'wasm';
/** Where a graph runs, and the shapes of its inputs (symbolic axes by name). */
export interface OpenedGraph { provider: Provider; threads: number; inputs: Record<string, readonly (number | string)[]> }

export type GraphCall = { kind: 'open'; url: string } | { kind: 'run'; feeds: Record<string, GraphTensor> };
export type GraphRequest = GraphCall & { call: number };
export type GraphAnswer = { call: number } & ({ result: OpenedGraph | Record<string, GraphTensor> } | { error: string });
