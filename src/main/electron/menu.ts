// The native menu. Its own entries are commands of the page's palette, sent by their id.
import { app, Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron';
import { commandChannel } from '../../shared/bridgeChannels.ts';

export function buildMenu(window: () => BrowserWindow | null): MenuItemConstructorOptions[] {
  const command = (label: string, id: string, accelerator?: string): MenuItemConstructorOptions => ({
    label, ...(accelerator ? { accelerator } : {}),
    // The page owns these keys: the menu only shows them.
    registerAccelerator: false,
    click: () => window()?.webContents.send(commandChannel, id),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const mac: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ label: app.name, role: 'appMenu' }] : [];
  return [
    ...mac,
    { label: 'File', submenu: [command('Import…', 'collection.import', 'CmdOrCtrl+O'), command('Export…', 'collection.export', 'CmdOrCtrl+E'), separator, { role: process.platform === 'darwin' ? 'close' : 'quit' }] },
    { label: 'Edit', submenu: [command('Undo', 'annotations.undo', 'CmdOrCtrl+Z'), command('Redo', 'annotations.redo', 'CmdOrCtrl+Shift+Z'), separator, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }] },
    { label: 'View', submenu: [command('Command palette…', 'palette.open', 'CmdOrCtrl+K'), separator, command('Explore', 'layout.explore'), command('Label', 'layout.label'), command('Train', 'layout.train'), command('Inspect', 'layout.inspect'), separator, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'resetZoom' }, separator, { role: 'togglefullscreen' }] },
    { label: 'Window', role: 'windowMenu' },
    { label: 'Help', role: 'help', submenu: [command('Keyboard shortcuts', 'help.shortcuts', '?'), command('Doctor', 'help.doctor')] },
  ];
}

export function installMenu(window: () => BrowserWindow | null): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(buildMenu(window)));
}
