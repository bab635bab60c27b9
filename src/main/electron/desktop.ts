// What the system shows of work under way.
import { powerSaveBlocker, type BrowserWindow } from 'electron';
import type { EngineMessage } from '../../shared/shellMessages.ts';

let blocker: number | null = null;

/** While jobs run the machine stays awake (its screen may not), and the dock or task bar shows how far they are. */
export function showWork(
  window: BrowserWindow | null,
  { running, progress }: Extract<EngineMessage, { type: 'work' }>,
) {
  if (running > 0) blocker ??= powerSaveBlocker.start('prevent-app-suspension');
  else if (blocker !== null) {
    powerSaveBlocker.stop(blocker);
    blocker = null;
  }
  // Above 1: under way, with no telling how far; below 0: nothing to show.
  if (window && !window.isDestroyed()) window.setProgressBar(running > 0 ? (progress ?? 2) : -1);
}
