// Whose messages are heard: our own page's, from the window that shows it.
import { BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron';
import { isOurs } from './appScheme.ts';

/** @returns the window of a message. @throws for any page that is not ours. */
export function heardWindow(event: IpcMainInvokeEvent | IpcMainEvent): BrowserWindow {
  const window = BrowserWindow.fromWebContents(event.sender);
  if (!window || !event.senderFrame || !isOurs(event.senderFrame.url)) throw new Error('this page may not ask');
  return window;
}
