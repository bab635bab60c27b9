// The bridge for what only Electron can do. Every message is named here; the page gets functions, never `ipcRenderer`.
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { chooseFoldersChannel, chooseSaveChannel, commandChannel } from '../shared/bridgeChannels.ts';

contextBridge.exposeInMainWorld('studio', {
  /** The real path of a file that was dropped or chosen. */
  pathForFile: (file: File): string => webUtils.getPathForFile(file),
  /** Folders chosen in a native dialog; an empty list when cancelled. */
  chooseFolders: (): Promise<string[]> => ipcRenderer.invoke(chooseFoldersChannel) as Promise<string[]>,
  /** Where to save, chosen in a native dialog; null when cancelled. */
  chooseSave: (suggestedName: string): Promise<string | null> => ipcRenderer.invoke(chooseSaveChannel, suggestedName) as Promise<string | null>,
  /** Hears the ids of commands chosen in the native menu; returns how to stop. */
  onCommand: (listener: (commandId: string) => void): (() => void) => {
    const heard = (_: unknown, commandId: string) => listener(commandId);
    ipcRenderer.on(commandChannel, heard);
    return () => void ipcRenderer.off(commandChannel, heard);
  },
});
