// usearch, loaded by require: its ESM build calls itself without end ("Maximum call stack"). Only what this room uses is typed.
//
// Traps (2.26): byteOffset of typed arrays is ignored, so hand over arrays that own their buffer (`slice`, never `subarray`); an index
// filled with t threads refuses searches with more than t; filling with several threads gives another graph each time.
import { createRequire } from 'node:module';

export interface Matches {
  keys: BigUint64Array;
  distances: Float32Array;
}

export interface UsearchIndex {
  add(keys: BigUint64Array, vectors: Float32Array, threads: number): void;
  search(vectors: Float32Array, k: number, threads: number): Matches;
  size(): number;
}

interface Usearch {
  Index: new (config: {
    dimensions: number;
    metric: 'l2sq' | 'ip' | 'cos';
    quantization: 'f32' | 'f16' | 'bf16';
    connectivity: number;
    expansion_add: number;
    expansion_search: number;
    multi: boolean;
  }) => UsearchIndex;
  exactSearch(
    dataset: Float32Array,
    queries: Float32Array,
    dimensions: number,
    k: number,
    metric: 'l2sq' | 'ip' | 'cos',
    threads: number,
  ): Matches;
}

export const usearch = createRequire(import.meta.url)('usearch') as Usearch;
