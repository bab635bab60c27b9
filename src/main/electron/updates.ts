// Updates: looked for when the person asks and at no other time, and only in a package whose maker named a place for them (CAVMAE_UPDATES at
// packing time). Nothing is fetched or installed without a yes to each.
import { app, dialog, type BrowserWindow } from 'electron';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { EngineError } from '../../shared/engineError.ts';

/** What electron-updater offers of what is used here. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  checkForUpdates(): Promise<{ isUpdateAvailable: boolean; updateInfo: { version: string } } | null>;
  downloadUpdate(): Promise<unknown>;
  quitAndInstall(): void;
}

/** Whether this package knows where its updates lie. */
export const hasUpdatePlace = (resources = process.resourcesPath): boolean =>
  app.isPackaged && existsSync(path.join(resources, 'app-update.yml'));

async function load(): Promise<Updater> {
  // A CommonJS package: its exports stand on the default.
  const {
    default: { autoUpdater },
  } = await import('electron-updater');
  return autoUpdater as unknown as Updater;
}

async function ask(window: BrowserWindow, message: string, detail: string, yes: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message,
    detail,
    buttons: [yes, 'Not now'],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}

export async function checkForUpdates(window: BrowserWindow, updater: () => Promise<Updater> = load): Promise<void> {
  const tell = (message: string, detail: string) =>
    dialog.showMessageBox(window, { type: 'info', message, detail, buttons: ['Close'], noLink: true });
  try {
    const updates = await updater();
    updates.autoDownload = false;
    updates.autoInstallOnAppQuit = false;
    const found = await updates.checkForUpdates();
    if (!found?.isUpdateAvailable)
      return void (await tell('There is no newer version.', `This is version ${app.getVersion()}.`));
    if (
      !(await ask(
        window,
        `Version ${found.updateInfo.version} is there.`,
        `This is version ${app.getVersion()}. A workspace opened by a newer version may not open in an older one; a backup is made before.`,
        'Download it',
      ))
    )
      return;
    await updates.downloadUpdate();
    if (
      await ask(
        window,
        'The update is ready.',
        'Jobs under way stop at a safe point and go on in the new version.',
        'Restart and install',
      )
    )
      updates.quitAndInstall();
  } catch (thrown) {
    await tell(
      'No update could be had.',
      `${EngineError.from(thrown).message}\n\nCheck the connection to the internet and try again; this version works as before.`,
    );
  }
}
