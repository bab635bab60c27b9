// Native dialogs, asked for by the page through the preload bridge. Only our own page is heard.
import { BrowserWindow, dialog, ipcMain, type IpcMainInvokeEvent } from 'electron';
import { chooseFoldersChannel, chooseSaveChannel } from '../../shared/bridgeChannels.ts';
import { isOurs } from './appScheme.ts';

function heard(event: IpcMainInvokeEvent): BrowserWindow {
  const window = BrowserWindow.fromWebContents(event.sender);
  if (!window || !event.senderFrame || !isOurs(event.senderFrame.url)) throw new Error('this page may not ask');
  return window;
}

/** Folders and media files to import; an empty list when cancelled. Linux and Windows show either files or folders, so folders. */
async function chooseFolders(event: IpcMainInvokeEvent): Promise<string[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(heard(event), {
    title: 'Import a folder of media', buttonLabel: 'Import', properties: process.platform === 'darwin' ? ['openDirectory', 'openFile', 'multiSelections'] : ['openDirectory', 'multiSelections'],
  });
  return canceled ? [] : filePaths;
}

async function chooseSave(event: IpcMainInvokeEvent, suggested: unknown): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(heard(event), { title: 'Save', defaultPath: typeof suggested === 'string' ? suggested.slice(0, 500) : '' });
  return canceled || !filePath ? null : filePath;
}

export function serveDialogs(): void {
  ipcMain.handle(chooseFoldersChannel, chooseFolders);
  ipcMain.handle(chooseSaveChannel, chooseSave);
}
