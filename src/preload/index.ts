// The bridge for what only Electron can do. Every message is named here; the page gets functions, never `ipcRenderer`.
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import {
  chooseFileChannel,
  chooseFoldersChannel,
  chooseSaveChannel,
  chooseWorkspaceChannel,
  commandChannel,
  dragOutChannel,
  showInFolderChannel,
  themeChannel,
} from '../shared/bridgeChannels.ts';

contextBridge.exposeInMainWorld('studio', {
  /** The real path of a file that was dropped or chosen. */
  pathForFile: (file: File): string => webUtils.getPathForFile(file),
  /** Folders chosen in a native dialog; an empty list when cancelled. */
  chooseFolders: (): Promise<string[]> => ipcRenderer.invoke(chooseFoldersChannel) as Promise<string[]>,
  /** A file chosen in a native dialog; null when cancelled. */
  chooseFile: (): Promise<string | null> => ipcRenderer.invoke(chooseFileChannel) as Promise<string | null>,
  /** Where to save, chosen in a native dialog; null when cancelled. */
  chooseSave: (suggestedName: string): Promise<string | null> =>
    ipcRenderer.invoke(chooseSaveChannel, suggestedName) as Promise<string | null>,
  /** The folder of a workspace, chosen in a native dialog; null when cancelled. */
  chooseWorkspace: (): Promise<string | null> => ipcRenderer.invoke(chooseWorkspaceChannel) as Promise<string | null>,
  /** Begins to drag the media files of clips out of the window. */
  dragOut: (clipIds: readonly number[]): void => ipcRenderer.send(dragOutChannel, [...clipIds]),
  /** Shows a file in the system's file manager. */
  showInFolder: (path: string): void => void ipcRenderer.invoke(showInFolderChannel, path),
  /** Menus and dialogs in the page's theme. */
  setTheme: (theme: 'dark' | 'light' | 'system'): void => ipcRenderer.send(themeChannel, theme),
  /** Hears the ids of commands chosen in the native menu; returns how to stop. */
  onCommand: (listener: (commandId: string) => void): (() => void) => {
    const heard = (_: unknown, commandId: string) => listener(commandId);
    ipcRenderer.on(commandChannel, heard);
    return () => void ipcRenderer.off(commandChannel, heard);
  },
});
