// Clips dragged out of the window arrive elsewhere as their media files.
import { ipcMain, type IpcMainEvent } from 'electron';
import { existsSync } from 'node:fs';
import { dragOutChannel } from '../../shared/bridgeChannels.ts';
import type { Engine } from '../../engine/host/engine.ts';
import { heardWindow } from './heardWindow.ts';

const mostFiles = 200;

/** The page names clips, never paths: only media of the open workspace can leave. */
export function serveDragOut(engine: () => Engine | null, icon: string): void {
  ipcMain.on(dragOutChannel, (event: IpcMainEvent, clipIds: unknown) => {
    heardWindow(event);
    const open = engine();
    if (!open || !Array.isArray(clipIds)) return;
    const ids = clipIds.filter((clipId): clipId is number => Number.isSafeInteger(clipId)).slice(0, mostFiles);
    const files = [...new Set(open.context.workspace.clips.many(ids).map((clip) => clip.absolutePath))].filter((file) =>
      existsSync(file),
    );
    if (files[0] !== undefined) event.sender.startDrag({ file: files[0], files, icon });
  });
}
