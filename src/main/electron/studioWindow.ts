// The window: sandboxed, isolated, and remembered where it was left.
import { BrowserWindow, nativeTheme, screen, type Rectangle } from 'electron';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { origin } from './appScheme.ts';

export interface WindowMemory {
  read(): { bounds: Rectangle; maximised: boolean } | null;
  write(state: { bounds: Rectangle; maximised: boolean }): void;
}

const usual = { width: 1440, height: 900 };

/** Where the window was, if that place is still on a screen. */
function rememberedBounds(memory: WindowMemory): Partial<Rectangle> & { width: number; height: number } {
  const bounds = memory.read()?.bounds;
  if (!bounds) return usual;
  const { workArea } = screen.getDisplayMatching(bounds);
  const visible =
    bounds.x < workArea.x + workArea.width - 80 &&
    bounds.x + bounds.width > workArea.x + 80 &&
    bounds.y >= workArea.y - 40 &&
    bounds.y < workArea.y + workArea.height - 40;
  return visible
    ? bounds
    : { width: Math.min(bounds.width, workArea.width), height: Math.min(bounds.height, workArea.height) };
}

export function openStudioWindow(memory: WindowMemory): BrowserWindow {
  const window = new BrowserWindow({
    ...rememberedBounds(memory),
    minWidth: 900,
    minHeight: 600,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0f1114' : '#dfe2e6',
    title: 'CAV-MAE Studio',
    webPreferences: {
      preload: path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'preload', 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  });
  if (memory.read()?.maximised) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => memory.write({ bounds: window.getNormalBounds(), maximised: window.isMaximized() }));
  void window.loadURL(`${origin}/`);
  return window;
}
