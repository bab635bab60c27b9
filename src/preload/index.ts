// The bridge for what only Electron can do. Every message is named here; the page gets functions, never `ipcRenderer`.
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import {
  chooseChannel,
  chooseSaveChannel,
  commandChannel,
  dragOutChannel,
  noticeChannel,
  openFilesChannel,
  readyChannel,
  showInFolderChannel,
  themeChannel,
  type Choice,
  type ShellNotice,
} from '../shared/bridgeChannels.ts';

const choose = (what: Choice): Promise<string[]> => ipcRenderer.invoke(chooseChannel, what) as Promise<string[]>;

function listen<T>(channel: string, listener: (given: T) => void): () => void {
  const heard = (_: unknown, given: T): void => listener(given);
  ipcRenderer.on(channel, heard);
  return () => void ipcRenderer.off(channel, heard);
}

contextBridge.exposeInMainWorld('studio', {
  /** The real path of a file that was dropped or chosen. Before Electron 29 the file itself carried it. */
  pathForFile: (file: File & { path?: string }): string =>
    (webUtils as typeof webUtils | undefined)?.getPathForFile(file) ?? file.path ?? '',
  /** Folders chosen in a native dialog; an empty list when cancelled. */
  chooseFolders: (): Promise<string[]> => choose('media'),
  /** A file chosen in a native dialog; null when cancelled. */
  chooseFile: async (): Promise<string | null> => (await choose('file'))[0] ?? null,
  /** Where to save, chosen in a native dialog; null when cancelled. */
  chooseSave: (suggestedName: string): Promise<string | null> =>
    ipcRenderer.invoke(chooseSaveChannel, suggestedName) as Promise<string | null>,
  /** The folder of a workspace, chosen in a native dialog; null when cancelled. */
  chooseWorkspace: async (): Promise<string | null> => (await choose('workspace'))[0] ?? null,
  /** Begins to drag the media files of clips out of the window. */
  dragOut: (clipIds: readonly number[]): void => ipcRenderer.send(dragOutChannel, [...clipIds]),
  /** Shows a file in the system's file manager. */
  showInFolder: (path: string): void => void ipcRenderer.invoke(showInFolderChannel, path),
  /** Menus and dialogs in the page's theme. */
  setTheme: (theme: 'dark' | 'light' | 'system'): void => ipcRenderer.send(themeChannel, theme),
  /** Hears the ids of commands chosen in the native menu; returns how to stop. */
  onCommand: (listener: (commandId: string) => void) => listen(commandChannel, listener),
  /** Hears what the shell has to tell, such as a restart of the engine; returns how to stop. */
  onNotice: (listener: (notice: ShellNotice) => void) => listen(noticeChannel, listener),
  /** Hears files that were opened with the application, also before the page was there; returns how to stop. */
  onOpenFiles: (listener: (paths: string[]) => void) => {
    const stop = listen(openFilesChannel, listener);
    ipcRenderer.send(readyChannel);
    return stop;
  },
});
