// The native menu. Its own entries are commands of the page's palette, sent by their id.
import { app, Menu, type BrowserWindow, type MenuItemConstructorOptions as Item } from 'electron';
import path from 'node:path';
import { commandChannel } from '../../shared/bridgeChannels.ts';
import { nativeMenu, type MenuAction, type MenuEntry } from '../../shared/nativeMenu.ts';

export interface MenuState {
  window: () => BrowserWindow | null;
  /** Folders of recent workspaces, newest first. */
  recent: readonly string[];
  openWorkspace: (folder: string) => void;
  showLogs: () => void;
  showCrashReports: () => void;
  /** Null where no place for updates is known. */
  checkForUpdates: (() => void) | null;
}

export function buildMenu(state: MenuState): Item[] {
  const recent = state.recent.map((folder): Item => ({
    label: `${path.basename(folder)} — ${folder}`,
    click: () => state.openWorkspace(folder),
  }));
  const actions: Record<MenuAction, Item | null> = {
    recent: { label: 'Open &recent', enabled: recent.length > 0, submenu: recent },
    logs: { label: '&Log folder', click: state.showLogs },
    crashReports: { label: '&Crash reports', click: state.showCrashReports },
    updates: state.checkForUpdates && { label: 'Check for &updates…', click: state.checkForUpdates },
  };
  function itemOf(entry: MenuEntry): Item | null {
    if (entry === '-') return { type: 'separator' };
    if ('action' in entry) return actions[entry.action];
    if ('role' in entry) return { role: entry.role as Item['role'] };
    const [label, command, accelerator] = entry;
    const click = (): void => state.window()?.webContents.send(commandChannel, command);
    // The page owns the keys: the menu only shows them.
    return { label, ...(accelerator ? { accelerator } : {}), registerAccelerator: false, click };
  }
  const mac = process.platform === 'darwin';
  const menus = nativeMenu(mac).map(({ label, role, entries }): Item => {
    const submenu = entries.flatMap((entry) => itemOf(entry) ?? []);
    return { label, ...(role ? { role: role as Item['role'] } : {}), ...(entries.length > 0 ? { submenu } : {}) };
  });
  return mac ? [{ label: app.name, role: 'appMenu' }, ...menus] : menus;
}

export function installMenu(state: MenuState): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(buildMenu(state)));
}
