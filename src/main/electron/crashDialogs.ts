// What a person is told when a part of the application ends, and how they go on. What was stored is safe in every case.
import { app, dialog, type BrowserWindow, type MessageBoxOptions } from 'electron';
import type { ErrorDetail } from '../../shared/contract/errors.ts';
import type { Crash } from '../engineLink/crashReport.ts';

const safe = 'Labels and finished work are stored.';

/** @returns the number of the chosen button */
async function ask(window: BrowserWindow | null, message: string, detail: string, buttons: string[]): Promise<number> {
  const options: MessageBoxOptions = { type: 'warning', message, detail, buttons, cancelId: 0, noLink: true };
  return (await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options))).response;
}

/** What cannot be opened is said with the next step. */
export function sayRefused({ message, detail }: { message: string; detail: ErrorDetail }): void {
  const text = detail.hint ? `${message}\n\n${detail.hint}` : message;
  dialog.showErrorBox('CAV-MAE Studio cannot open this workspace', text);
}

/** The engine ended again and again. */
export async function askAfterCrashes(window: BrowserWindow | null, startAgain: () => void): Promise<void> {
  const detail = `${safe} Help › Crash reports holds what is worth attaching to an issue.`;
  const choice = await ask(window, 'The engine keeps ending.', detail, ['Start it again', 'Quit']);
  if (choice === 0) startAgain();
  else app.quit();
}

/** A page that ended or hangs is offered anew. */
export function watchWindow(window: BrowserWindow, report: (crash: Crash) => void): void {
  window.webContents.on('render-process-gone', (_, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    report({ what: 'the window', reason: `${reason}, code ${exitCode}` });
    const why =
      reason === 'oom' ? ' It ran out of memory: close other programs, or filter the map to fewer clips.' : '';
    const detail = `${safe} Jobs under way go on.${why}`;
    void ask(window, 'The window stopped working.', detail, ['Load it again', 'Quit']).then((choice) =>
      choice === 0 ? window.reload() : app.quit(),
    );
  });
  let asking = false;
  window.on('unresponsive', () => {
    if (asking) return;
    asking = true;
    const detail = `${safe} Jobs under way go on. The window may be busy, or stuck.`;
    void ask(window, 'The window does not answer.', detail, ['Wait', 'Load it again']).then((choice) => {
      asking = false;
      if (choice === 0) return;
      // A hanging page cannot be asked to reload: its process is ended, and a fresh one loads it.
      window.webContents.forcefullyCrashRenderer();
      window.reload();
    });
  });
}

/** The last resort of the shell's own process. The next start queues again what was running. */
export function watchProcess(report: (crash: Crash) => void): void {
  let told = false;
  const end = (thrown: unknown): void => {
    report({ what: 'the shell', reason: String(thrown), output: (thrown as Error)?.stack ?? '' });
    if (told) return;
    told = true;
    const again = dialog.showMessageBoxSync({
      type: 'error',
      message: 'CAV-MAE Studio met an error it cannot go on from.',
      detail: `${safe} Help › Crash reports holds the error.`,
      buttons: ['Start again', 'Quit'],
      cancelId: 1,
      noLink: true,
    });
    if (again === 0) app.relaunch();
    app.exit(1);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}
