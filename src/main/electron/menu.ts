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
    { label: 'File', submenu: [command('Import…', 'import.open', 'CmdOrCtrl+O'), command('Open the demo collection', 'import.demo'), separator, { role: process.platform === 'darwin' ? 'close' : 'quit' }] },
    { label: 'Edit', submenu: [command('Undo', 'edit.undo', 'CmdOrCtrl+Z'), command('Redo', 'edit.redo', 'CmdOrCtrl+Shift+Z'), separator, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }] },
    { label: 'View', submenu: [command('Command palette…', 'help.palette', 'CmdOrCtrl+K'), separator, command('Side bar', 'window.sidebar'), command('Jobs', 'window.tray'), command('Switch theme', 'window.theme'), command('Reset layout', 'layout.reset'), separator, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'resetZoom' }, separator, { role: 'togglefullscreen' }] },
    { label: 'Window', role: 'windowMenu' },
    { label: 'Help', role: 'help', submenu: [command('Keyboard shortcuts', 'help.shortcuts', '?'), command('First steps', 'help.checklist')] },
  ];
}

export function installMenu(window: () => BrowserWindow | null): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(buildMenu(window)));
}
