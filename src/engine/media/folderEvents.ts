// Tells that something under a folder has changed; what it was, a look at the folder finds out.
//
// Linux watches folder by folder, which Node's recursive mode does with a watcher for every file besides; elsewhere the system does it itself.
import { watch, type FSWatcher } from 'node:fs';

export interface FolderEventsOptions {
  root: string;
  onChange(): void;
  /** A folder cannot be watched: the system's limit is reached, or its file system tells of nothing. */
  onError(thrown: unknown): void;
}

export class FolderEvents {
  private readonly options: FolderEventsOptions;
  private readonly watchers = new Map<string, FSWatcher>();
  private readonly recursive = process.platform === 'darwin' || process.platform === 'win32';

  constructor(options: FolderEventsOptions) {
    this.options = options;
  }

  /** Watches exactly these folders, the root among them, from now on. */
  follow(folders: readonly string[]): void {
    const wanted = new Set(this.recursive ? [this.options.root] : folders);
    for (const folder of this.watchers.keys()) if (!wanted.has(folder)) this.drop(folder);
    for (const folder of wanted) {
      if (this.watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, { recursive: this.recursive, persistent: false }, () => this.options.onChange());
        watcher.on('error', (thrown) => {
          this.drop(folder);
          this.options.onError(thrown);
        });
        this.watchers.set(folder, watcher);
      } catch (thrown) {
        // A folder that went meanwhile is no failure; without room for more watchers, the rest would fail the same way.
        if ((thrown as { code?: unknown }).code === 'ENOENT') continue;
        this.options.onError(thrown);
        return;
      }
    }
  }

  close(): void {
    for (const folder of this.watchers.keys()) this.drop(folder);
  }

  private drop(folder: string): void {
    this.watchers.get(folder)?.close();
    this.watchers.delete(folder);
  }
}
