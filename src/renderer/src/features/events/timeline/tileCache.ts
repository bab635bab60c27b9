// Spectrogram tiles of the open recording: fetched when visible, kept for a while, and cancelled when scrolled past.
import type { Tile } from './paintTile.ts';

export interface TileKey {
  level: number;
  index: number;
}
type Fetch = (key: TileKey, signal: AbortSignal) => Promise<Tile>;

/** About 64 MB of tiles of 1,024 bins. */
const mostTiles = 256;
/** Requests at once: the engine decodes them one after the other. */
const mostRequests = 4;
const nameOf = ({ level, index }: TileKey): string => `${level}/${index}`;

export class TileCache {
  /** In the order of their last use. */
  private readonly tiles = new Map<string, Tile>();
  private readonly failed = new Map<string, unknown>();
  private readonly running = new Map<string, AbortController>();
  private wanted: TileKey[] = [];
  private readonly fetchTile: Fetch;
  private readonly changed: () => void;

  /** `changed` is called when a tile arrives or fails. */
  constructor(fetchTile: Fetch, changed: () => void) {
    this.fetchTile = fetchTile;
    this.changed = changed;
  }

  get(key: TileKey): Tile | undefined {
    const name = nameOf(key);
    const tile = this.tiles.get(name);
    if (tile) {
      this.tiles.delete(name);
      this.tiles.set(name, tile);
    }
    return tile;
  }

  /** Why a tile is missing; undefined while it is on its way. */
  failureOf = (key: TileKey): unknown => this.failed.get(nameOf(key));

  /** Fetches these, the first of them first; requests for others are cancelled. */
  want(keys: readonly TileKey[]): void {
    this.wanted = keys.filter((key) => !this.tiles.has(nameOf(key)) && !this.failed.has(nameOf(key)));
    const names = new Set(this.wanted.map(nameOf));
    for (const [name, controller] of this.running) {
      if (names.has(name)) continue;
      controller.abort();
      this.running.delete(name);
    }
    this.start();
  }

  /** Forgets failures, so that `want` asks again. */
  retry(): void {
    this.failed.clear();
  }

  dispose(): void {
    this.want([]);
    this.tiles.clear();
  }

  private start(): void {
    for (const key of this.wanted) {
      if (this.running.size >= mostRequests) return;
      if (!this.running.has(nameOf(key))) void this.load(key);
    }
  }

  private async load(key: TileKey): Promise<void> {
    const name = nameOf(key);
    const controller = new AbortController();
    this.running.set(name, controller);
    try {
      const tile = await this.fetchTile(key, controller.signal);
      if (controller.signal.aborted) return;
      this.tiles.set(name, tile);
      for (const old of [...this.tiles.keys()].slice(0, Math.max(0, this.tiles.size - mostTiles)))
        this.tiles.delete(old);
    } catch (error) {
      if (controller.signal.aborted) return;
      this.failed.set(name, error);
    }
    this.running.delete(name);
    this.wanted = this.wanted.filter((one) => nameOf(one) !== name);
    this.changed();
    this.start();
  }
}
