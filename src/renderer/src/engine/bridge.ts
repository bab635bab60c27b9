// What only a desktop shell can do, present where the preload script offers it. Everything else is data in
// `capabilities`.

import type { ShellNotice } from '../../../shared/bridgeChannels.ts';

export interface StudioBridge {
  /** The real path of a dropped or chosen file. */
  pathForFile?: (file: File) => string;
  /** A native dialog for folders and media files; an empty list when cancelled. */
  chooseFolders?: () => Promise<string[]>;
  /** A native dialog for one file; null when cancelled. */
  chooseFile?: () => Promise<string | null>;
  /** Where to save, by a native dialog; null when cancelled. */
  chooseSave?: (suggestedName: string) => Promise<string | null>;
  /** A native dialog for the folder of a workspace; null when cancelled. */
  chooseWorkspace?: () => Promise<string | null>;
  /** Begins to drag the media files of clips out of the window. */
  dragOut?: (clipIds: readonly number[]) => void;
  /** Shows a file in the system's file manager. */
  showInFolder?: (path: string) => void;
  /** Menus and dialogs in the page's theme. */
  setTheme?: (theme: 'dark' | 'light' | 'system') => void;
  /** Native menu entries arrive as command ids. */
  onCommand?: (listener: (commandId: string) => void) => (() => void) | void;
  /** Messages of the shell, such as a restart of the engine. */
  onNotice?: (listener: (notice: ShellNotice) => void) => () => void;
  /** Files that were opened with the application. */
  onOpenFiles?: (listener: (paths: string[]) => void) => () => void;
}

declare global {
  interface Window {
    studio?: StudioBridge;
  }
}

export const bridge = (): StudioBridge => window.studio ?? {};
