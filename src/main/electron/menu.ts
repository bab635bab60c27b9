// The native menu. Its own entries are commands of the page's palette, sent by their id.
import { app, Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron';
import path from 'node:path';
import { commandChannel } from '../../shared/bridgeChannels.ts';

export interface MenuState {
  window: () => BrowserWindow | null;
  /** Folders of recent workspaces, newest first. */
  recent: readonly string[];
  openWorkspace: (folder: string) => void;
  /** Null where no place for updates is known. */
  checkForUpdates: (() => void) | null;
}

const layouts = ['Explore', 'Label', 'Train', 'Inspect'];

export function buildMenu({ window, recent, openWorkspace, checkForUpdates }: MenuState): MenuItemConstructorOptions[] {
  const command = (label: string, id: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    ...(accelerator ? { accelerator } : {}),
    // The page owns these keys: the menu only shows them.
    registerAccelerator: false,
    click: () => window()?.webContents.send(commandChannel, id),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const mac: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ label: app.name, role: 'appMenu' }] : [];
  const recentEntries = recent.map((folder): MenuItemConstructorOptions => ({
    label: `${path.basename(folder)} — ${folder}`,
    click: () => openWorkspace(folder),
  }));
  return [
    ...mac,
    {
      label: 'File',
      submenu: [
        command('Open or make a workspace…', 'workspace.open', 'CmdOrCtrl+Shift+O'),
        { label: 'Open recent', enabled: recentEntries.length > 0, submenu: recentEntries },
        separator,
        command('Import…', 'import.open', 'CmdOrCtrl+I'),
        command('Add the demo collection', 'import.demo'),
        separator,
        command('Import labels…', 'labels.import'),
        command('Export…', 'labels.export'),
        separator,
        { role: process.platform === 'darwin' ? 'close' : 'quit' },
      ],
    },
    {
      label: 'Edit',
      submenu: [
        command('Undo', 'edit.undo', 'CmdOrCtrl+Z'),
        command('Redo', 'edit.redo', 'CmdOrCtrl+Shift+Z'),
        separator,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: 'View',
      submenu: [
        command('Command palette…', 'help.palette', 'CmdOrCtrl+K'),
        separator,
        ...layouts.map((name, i) => command(name, `layout.${name.toLowerCase()}`, `F${i + 1}`)),
        command('Reset layouts', 'layout.reset'),
        separator,
        command('Sidebar', 'window.sidebar', 'CmdOrCtrl+B'),
        command('Jobs', 'window.tray', 'CmdOrCtrl+J'),
        command('Dark or light', 'window.theme'),
        command('Theme of the system', 'window.themeSystem'),
        separator,
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'resetZoom' },
        separator,
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { label: 'Window', role: 'windowMenu' },
    {
      label: 'Help',
      role: 'help',
      submenu: [
        command('Help', 'help.open', 'Shift+F1'),
        command('Keyboard shortcuts', 'help.shortcuts', '?'),
        command('First steps', 'help.checklist'),
        separator,
        command('Report a problem…', 'help.report'),
        ...(checkForUpdates ? [{ label: 'Check for updates…', click: checkForUpdates }] : []),
      ],
    },
  ];
}

export function installMenu(state: MenuState): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(buildMenu(state)));
}
