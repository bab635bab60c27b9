// The native menu as data. An entry is a command of the page's palette (a label, the command's id, its key), a role of
// the system, an action of the shell, or a line between groups.
export type MenuAction = 'recent' | 'logs' | 'crashReports' | 'updates';
export type MenuEntry =
  [label: string, command: string, key?: string] | { role: string } | { action: MenuAction } | '-';

const roles = (...names: string[]): MenuEntry[] => names.map((role) => ({ role }));

export const nativeMenu = (mac: boolean): { label: string; role?: string; entries: MenuEntry[] }[] => [
  {
    label: '&File',
    entries: [
      ['&Open or make a workspace…', 'workspace.open', 'CmdOrCtrl+Shift+O'],
      { action: 'recent' },
      '-',
      ['&Import…', 'import.open', 'CmdOrCtrl+I'],
      ['Add the &demo collection', 'import.demo'],
      '-',
      ['Import &labels…', 'labels.import'],
      ['&Export…', 'labels.export'],
      '-',
      { role: mac ? 'close' : 'quit' },
    ],
  },
  {
    label: '&Edit',
    entries: [
      ['&Undo', 'edit.undo', 'CmdOrCtrl+Z'],
      ['&Redo', 'edit.redo', 'CmdOrCtrl+Shift+Z'],
      '-',
      ...roles('cut', 'copy', 'paste', 'selectAll'),
    ],
  },
  {
    label: '&View',
    entries: [
      ['&Command palette…', 'help.palette', 'CmdOrCtrl+K'],
      '-',
      ['&Explore', 'layout.explore', 'F1'],
      ['&Label', 'layout.label', 'F2'],
      ['&Train', 'layout.train', 'F3'],
      ['&Inspect', 'layout.inspect', 'F4'],
      ['&Reset layouts', 'layout.reset'],
      '-',
      ['&Sidebar', 'window.sidebar', 'CmdOrCtrl+B'],
      ['&Jobs', 'window.tray', 'CmdOrCtrl+J'],
      ['&Dark or light', 'window.theme'],
      ['Theme of the s&ystem', 'window.themeSystem'],
      '-',
      ...roles('zoomIn', 'zoomOut', 'resetZoom', 'togglefullscreen', 'toggleDevTools'),
    ],
  },
  { label: '&Window', role: 'windowMenu', entries: [] },
  {
    label: '&Help',
    role: 'help',
    entries: [
      ['&Help', 'help.open', 'Shift+F1'],
      ['&Keyboard shortcuts', 'help.shortcuts', '?'],
      ['&First steps', 'help.checklist'],
      '-',
      ['&Report a problem…', 'help.report'],
      { action: 'logs' },
      { action: 'crashReports' },
      { action: 'updates' },
    ],
  },
];
