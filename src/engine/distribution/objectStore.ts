// What distributed extraction needs of a store: whole objects, ranges, a listing, and a write that never replaces.

export interface StoredObject {
  key: string;
  bytes: number;
  /** By the store's clock. */
  modifiedMs: number;
}

/** Keys are relative to the store's prefix and use slashes. Errors are EngineErrors; what may pass by itself is BACKEND_UNAVAILABLE. */
export interface ObjectStore {
  /** For people: without credentials. */
  readonly url: string;
  /** Null where there is no such object. */
  get(key: string): Promise<Uint8Array | null>;
  /** Bytes [from, to). */
  range(key: string, from: number, to: number): Promise<Uint8Array>;
  /** Replaces what is there. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** False where an object of this key exists; it then stays as it is. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean>;
  head(key: string): Promise<StoredObject | null>;
  list(prefix: string): AsyncIterable<StoredObject>;
  /** No error where there is no such object. */
  remove(key: string): Promise<void>;
  /** A file of any size. */
  upload(key: string, path: string): Promise<void>;
  close(): void;
}

export const jsonBytes = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value)}\n`);
