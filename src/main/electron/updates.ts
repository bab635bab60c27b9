// Updates: looked for when the person asks and at no other time, and only in a package whose maker named a place for
// them (CAVMAE_UPDATES at packing time). Nothing is fetched or installed without a yes to each.
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
  const { autoUpdater } = (await import('electron-updater')).default;
  return autoUpdater as unknown as Updater;
}

/** Without `yes` it only tells. @returns whether the answer was yes */
async function ask(window: BrowserWindow, message: string, detail: string, yes?: string): Promise<boolean> {
  const buttons = yes ? [yes, 'Not now'] : ['Close'];
  const { response } = await dialog.showMessageBox(window, {
    type: yes ? 'question' : 'info',
    message,
    detail,
    buttons,
    defaultId: 0,
    cancelId: buttons.length - 1,
    noLink: true,
  });
  return response === 0 && yes !== undefined;
}

export async function checkForUpdates(window: BrowserWindow, updater: () => Promise<Updater> = load): Promise<void> {
  const present = `This is version ${app.getVersion()}.`;
  try {
    const updates = await updater();
    updates.autoDownload = false;
    updates.autoInstallOnAppQuit = false;
    const found = await updates.checkForUpdates();
    if (!found?.isUpdateAvailable) return void (await ask(window, 'There is no newer version.', present));
    const warning = 'A workspace opened by a newer version may not open in an older one; a backup is made before.';
    const title = `Version ${found.updateInfo.version} is there.`;
    if (!(await ask(window, title, `${present} ${warning}`, 'Download it'))) return;
    await updates.downloadUpdate();
    const detail = 'Jobs under way stop at a safe point and go on in the new version.';
    if (await ask(window, 'The update is ready.', detail, 'Restart and install')) updates.quitAndInstall();
  } catch (thrown) {
    const next = 'Check the connection to the internet and try again; this version works as before.';
    await ask(window, 'No update could be had.', `${EngineError.from(thrown).message}\n\n${next}`);
  }
}
