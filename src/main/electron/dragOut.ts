// Clips dragged out of the window arrive elsewhere as their media files.
import { ipcMain } from 'electron';
import { existsSync } from 'node:fs';
import { dragOutChannel } from '../../shared/bridgeChannels.ts';
import { clipFilesPath } from '../../shared/shellMessages.ts';
import { origin } from './appScheme.ts';
import { heardWindow } from './heardWindow.ts';

const mostFiles = 200;

/** The page names clips, never paths: only media of the open workspace can leave. */
export function serveDragOut(ask: (request: Request) => Promise<Response>, icon: string): void {
  ipcMain.on(dragOutChannel, async (event, clipIds: unknown) => {
    if (!heardWindow(event) || !Array.isArray(clipIds)) return;
    const ids = clipIds.filter((clipId): clipId is number => Number.isSafeInteger(clipId)).slice(0, mostFiles);
    const answer = await ask(new Request(`${origin}${clipFilesPath}?clips=${ids.join(',')}`));
    if (!answer.ok) return;
    const files = ((await answer.json()) as string[]).filter((file) => existsSync(file));
    if (files[0] !== undefined && !event.sender.isDestroyed()) event.sender.startDrag({ file: files[0], files, icon });
  });
}
