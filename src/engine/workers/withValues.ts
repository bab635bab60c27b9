// Requests that refer to vectors by their place on disk. The worker reads them, so the host never holds them.
import { readVectorRows, type VectorRows } from '../base/vectorRows.ts';

/** A request whose vectors may be given by where they lie in the vector store's files. */
export type WithPlaces<T> = T extends Float32Array
  ? Float32Array | VectorRows
  : T extends readonly unknown[] | Int32Array
    ? T
    : T extends object
      ? { [K in keyof T]: WithPlaces<T[K]> }
      : T;

const isPlaces = (value: object): value is VectorRows => 'path' in value && 'dim' in value && 'rows' in value;

/** Reads what is given by its place. */
export async function withValues<T>(request: WithPlaces<T>): Promise<T> {
  if (typeof request !== 'object' || request === null || ArrayBuffer.isView(request) || Array.isArray(request))
    return request as T;
  if (isPlaces(request)) return (await readVectorRows(request)) as T;
  const entries = Object.entries(request).map(async ([name, value]) => [name, await withValues(value)] as const);
  return Object.fromEntries(await Promise.all(entries)) as T;
}
