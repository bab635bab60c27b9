// Errors nobody caught: of components (the window is broken in part) and of calls (told at the foot). The window says
// so and offers to recover.
import { createApp, type App } from 'vue';
import { failureFrom } from '../engine/failure.ts';
import { useToasts } from '../stores/toasts.ts';
import CrashDialog from './CrashDialog.vue';

/** The browser's own notices of no consequence. */
const harmless = /ResizeObserver loop/;
let shown = false;

const textOf = (thrown: unknown): string =>
  thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);

/** Opens the dialogue; a second error while it is open adds nothing a person could use. */
export function showCrash(thrown: unknown): void {
  if (shown || harmless.test(String(thrown))) return;
  shown = true;
  const place = document.body.appendChild(document.createElement('div'));
  const settings = Object.keys(localStorage).filter((key) => key.startsWith('studio.') && key !== 'studio.theme');
  const dialog = createApp(CrashDialog, {
    error: textOf(thrown),
    settings,
    onClose: () => {
      shown = false;
      dialog.unmount();
      place.remove();
    },
  });
  dialog.mount(place);
}

/** Call before the application is mounted. */
export function watchForCrashes(app: App): void {
  app.config.errorHandler = (thrown) => {
    console.error(thrown);
    showCrash(thrown);
  };
  window.addEventListener('error', (event) => {
    if (event.error) showCrash(event.error);
  });
  // A call whose failure nobody showed: the window stands, so it is told and no more.
  window.addEventListener('unhandledrejection', (event) => {
    if (failureFrom(event.reason).code !== 'CANCELLED') useToasts().fail(event.reason);
  });
}
