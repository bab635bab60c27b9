// Native dialogs, asked for by the page through the preload bridge. Only our own page is heard.
import { dialog, ipcMain, shell, type OpenDialogOptions } from 'electron';
import path from 'node:path';
import { chooseChannel, chooseSaveChannel, showInFolderChannel, type Choice } from '../../shared/bridgeChannels.ts';
import { heardWindow } from './heardWindow.ts';

const dialogs: Record<Choice, OpenDialogOptions> = {
  media: {
    title: 'Import a folder of media',
    buttonLabel: 'Import',
    // Linux and Windows show either files or folders, so folders.
    properties: ['openDirectory', 'multiSelections', ...(process.platform === 'darwin' ? ['openFile' as const] : [])],
  },
  file: { title: 'Choose a file', properties: ['openFile'] },
  workspace: {
    title: 'Choose the folder of a workspace',
    buttonLabel: 'Choose',
    properties: ['openDirectory', 'createDirectory'],
  },
};

/** Answers with paths: an empty list, or null for a place to save, when cancelled or not asked by our page. */
export function serveDialogs(): void {
  ipcMain.handle(chooseChannel, async (event, what: Choice): Promise<string[]> => {
    const window = heardWindow(event);
    if (!window || !Object.hasOwn(dialogs, what)) return [];
    const { canceled, filePaths } = await dialog.showOpenDialog(window, dialogs[what]);
    return canceled ? [] : filePaths;
  });
  ipcMain.handle(chooseSaveChannel, async (event, suggested: unknown): Promise<string | null> => {
    const window = heardWindow(event);
    if (!window) return null;
    const defaultPath = typeof suggested === 'string' ? suggested.slice(0, 500) : '';
    const { canceled, filePath } = await dialog.showSaveDialog(window, { title: 'Save', defaultPath });
    return canceled || !filePath ? null : filePath;
  });
  // In the file manager; nothing is opened or run.
  ipcMain.handle(showInFolderChannel, (event, file: unknown) => {
    if (heardWindow(event) && typeof file === 'string' && path.isAbsolute(file)) shell.showItemInFolder(file);
  });
}
