// Native dialogs, asked for by the page through the preload bridge. Only our own page is heard.
import { dialog, ipcMain, shell, type IpcMainInvokeEvent } from 'electron';
import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  chooseFileChannel,
  chooseFoldersChannel,
  chooseSaveChannel,
  chooseWorkspaceChannel,
  showInFolderChannel,
} from '../../shared/bridgeChannels.ts';
import { heardWindow } from './heardWindow.ts';

/** Folders and media files to import; an empty list when cancelled. Linux and Windows show either files or folders, so folders. */
async function chooseFolders(event: IpcMainInvokeEvent): Promise<string[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(heardWindow(event), {
    title: 'Import a folder of media',
    buttonLabel: 'Import',
    properties:
      process.platform === 'darwin'
        ? ['openDirectory', 'openFile', 'multiSelections']
        : ['openDirectory', 'multiSelections'],
  });
  return canceled ? [] : filePaths;
}

/** The folder of a workspace, new or old; null when cancelled. */
async function chooseWorkspace(event: IpcMainInvokeEvent): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(heardWindow(event), {
    title: 'Choose the folder of a workspace',
    buttonLabel: 'Choose',
    properties: ['openDirectory', 'createDirectory'],
  });
  return canceled ? null : (filePaths[0] ?? null);
}

/** One file, such as a list of labels; null when cancelled. */
async function chooseFile(event: IpcMainInvokeEvent): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(heardWindow(event), {
    title: 'Choose a file',
    properties: ['openFile'],
  });
  return canceled ? null : (filePaths[0] ?? null);
}

async function chooseSave(event: IpcMainInvokeEvent, suggested: unknown): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(heardWindow(event), {
    title: 'Save',
    defaultPath: typeof suggested === 'string' ? suggested.slice(0, 500) : '',
  });
  return canceled || !filePath ? null : filePath;
}

/** Shows a file in the system's file manager; nothing is opened or run. */
function showInFolder(event: IpcMainInvokeEvent, file: unknown): void {
  heardWindow(event);
  if (typeof file === 'string' && path.isAbsolute(file) && existsSync(file)) shell.showItemInFolder(file);
}

export function serveDialogs(): void {
  ipcMain.handle(chooseFileChannel, chooseFile);
  ipcMain.handle(showInFolderChannel, showInFolder);
  ipcMain.handle(chooseSaveChannel, chooseSave);
  ipcMain.handle(chooseFoldersChannel, chooseFolders);
  ipcMain.handle(chooseWorkspaceChannel, chooseWorkspace);
}
