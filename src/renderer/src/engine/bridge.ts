// What only a desktop shell can do, present where the preload script offers it. Everything else is data in `capabilities`.

export interface StudioBridge {
  /** The real path of a dropped or chosen file. */
  pathForFile?: (file: File) => string;
  /** A native dialog for folders and media files; an empty list when cancelled. */
  chooseFolders?: () => Promise<string[]>;
  /** Native menu entries arrive as command ids. */
  onCommand?: (listener: (commandId: string) => void) => (() => void) | void;
}

declare global {
  interface Window { studio?: StudioBridge }
}

export const bridge = (): StudioBridge => window.studio ?? {};
