// What a person is told when part of the application breaks, and how they go on. What was stored is safe in every case.
import { app, dialog, type BrowserWindow } from 'electron';
import { EngineError } from '../../shared/engineError.ts';

/** What cannot be opened is said in a dialogue with the next step, never as a silent end. */
export function sayAndQuit(thrown: unknown): void {
  const { message, detail } = EngineError.from(thrown);
  dialog.showErrorBox(
    'CAV-MAE Studio cannot open this workspace',
    `${message}${detail.hint ? `\n\n${detail.hint}` : ''}`,
  );
  app.exit(1);
}

async function ask(window: BrowserWindow, message: string, detail: string, buttons: string[]): Promise<number> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message,
    detail,
    buttons,
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response;
}

const safe = 'Labels and finished work are stored, and jobs under way go on.';

/** A page that died or hangs is offered anew. `log` writes to the engine's log. */
export function watchWindow(window: BrowserWindow, log: (where: string, error: EngineError) => void): void {
  window.webContents.on('render-process-gone', (_, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    log(
      'window',
      new EngineError(
        reason === 'oom' ? 'OUT_OF_MEMORY' : 'INTERNAL',
        `the window's process ended: ${reason}, code ${exitCode}`,
      ),
    );
    const why =
      reason === 'oom'
        ? 'It ran out of memory. Closing other programs helps; so does a map of fewer clips (filter first).'
        : 'Help › Report a problem holds what is worth attaching to an issue.';
    void ask(window, 'The window stopped working.', `${safe} ${why}`, ['Load it again', 'Quit']).then((choice) =>
      choice === 0 ? window.reload() : app.quit(),
    );
  });
  let asking = false;
  window.on('unresponsive', () => {
    if (asking) return;
    asking = true;
    void ask(window, 'The window does not answer.', `${safe} It may be busy, or stuck.`, [
      'Wait',
      'Load it again',
    ]).then((choice) => {
      asking = false;
      // A hung page cannot be asked to reload: its process is ended, and a fresh one loads it.
      if (choice === 1) {
        window.webContents.forcefullyCrashRenderer();
        window.reload();
      }
    });
  });
}

/** The last resort of the host's process: logged, told, ended in order. The next start queues again what was running. */
export function watchProcess(log: (where: string, error: EngineError) => void): void {
  let told = false;
  const end = (thrown: unknown): void => {
    log('main process', new EngineError('INTERNAL', EngineError.from(thrown).message, {}, thrown));
    if (told) return;
    told = true;
    const again = dialog.showMessageBoxSync({
      type: 'error',
      message: 'CAV-MAE Studio met an error it cannot go on from.',
      detail: `${safe} The error is in the workspace's logs folder.`,
      buttons: ['Start again', 'Quit'],
      defaultId: 0,
      cancelId: 1,
      noLink: true,
    });
    if (again === 0) app.relaunch();
    app.exit(1);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}
