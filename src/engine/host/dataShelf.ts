// Bulk answers waiting to be fetched under /data/<name>: kept in memory, the oldest dropped when the shelf is full.
const defaultCapacityBytes = 256 * 1024 * 1024;

export interface DataShelf {
  /** Keeps `bytes` and returns the URL they can be fetched at. */
  put(name: string, bytes: Uint8Array): string;
  get(name: string): Uint8Array | null;
}

/** @param capacityBytes what may lie on the shelf together; the newest answer stays even if it alone is larger. */
export function createDataShelf(capacityBytes = defaultCapacityBytes): DataShelf {
  const shelf = new Map<string, Uint8Array>();
  let size = 0;
  const drop = (name: string): void => {
    size -= shelf.get(name)?.byteLength ?? 0;
    shelf.delete(name);
  };
  return {
    put(name, bytes) {
      drop(name);
      shelf.set(name, bytes);
      size += bytes.byteLength;
      for (const oldest of shelf.keys()) {
        if (size <= capacityBytes || oldest === name) break;
        drop(oldest);
      }
      return `/data/${name.split('/').map(encodeURIComponent).join('/')}`;
    },
    get: (name) => shelf.get(name) ?? null,
  };
}
