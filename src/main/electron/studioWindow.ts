// The window: sandboxed, isolated, and remembered where it was left, for each arrangement of displays.
import { app, BrowserWindow, nativeTheme, screen, type Rectangle } from 'electron';
import fs from 'node:fs';
import path from 'node:path';
import { origin } from './appScheme.ts';

type Place = { bounds: Rectangle; maximised: boolean };

const file = (): string => path.join(app.getPath('userData'), 'window.json');

/** Which displays there are: a laptop remembers another place at its desk than away from it. */
const displays = (): string =>
  screen
    .getAllDisplays()
    .map(({ bounds: { x, y, width, height } }) => `${width}x${height}+${x}+${y}`)
    .sort()
    .join(' ');

function places(): Record<string, Place> {
  try {
    return JSON.parse(fs.readFileSync(file(), 'utf8')) as Record<string, Place>;
  } catch {
    return {}; // none yet, or not ours any more
  }
}

function rememberPlace(window: BrowserWindow): void {
  const place: Place = { bounds: window.getNormalBounds(), maximised: window.isMaximized() };
  try {
    fs.writeFileSync(file(), JSON.stringify({ ...places(), [displays()]: place }));
  } catch {
    // a full disk must not keep a window open
  }
}

export function openStudioWindow(preload: string): BrowserWindow {
  const place = places()[displays()];
  const { width, height } = screen.getPrimaryDisplay().workAreaSize;
  const window = new BrowserWindow({
    ...(place?.bounds ?? { width: Math.min(1440, width), height: Math.min(900, height) }),
    minWidth: 900,
    minHeight: 600,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0f1114' : '#dfe2e6',
    title: 'CAV-MAE Studio',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  });
  if (place?.maximised) window.maximize();
  // A workspace that takes long to open does not keep the window away.
  const show = (): void => void (window.isDestroyed() || window.isVisible() || window.show());
  window.once('ready-to-show', show);
  setTimeout(show, 1500);
  window.on('close', () => rememberPlace(window));
  void window.loadURL(`${origin}/`).catch(() => undefined); // told where the engine's end is told
  return window;
}
