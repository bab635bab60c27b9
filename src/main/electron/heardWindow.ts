// Whose messages are heard: our own page's, from the window that shows it.
import { BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron';
import { isOurs } from './appScheme.ts';

/** @returns the window of a message; null for a page that is not ours, and for a late message of a page that is gone */
export function heardWindow(event: IpcMainInvokeEvent | IpcMainEvent): BrowserWindow | null {
  const { sender, senderFrame } = event;
  return senderFrame && isOurs(senderFrame.url) ? BrowserWindow.fromWebContents(sender) : null;
}
