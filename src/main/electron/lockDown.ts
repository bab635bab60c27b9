// What web contents may never do (Electron's security checklist): leave our page, open windows, use a device unasked.
import { app, dialog, shell, type Session, type WebContents } from 'electron';
import { isOurs } from './appScheme.ts';

/** Links a person clicks go to their browser, when they are plain web addresses. */
const openOutside = (url: string): unknown => /^https:\/\//i.test(url) && shell.openExternal(url);

export function lockDownContents(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: 'deny' };
  });
  // Of the page itself and of frames in it.
  for (const event of ['will-frame-navigate', 'will-redirect'] as const) {
    contents.on(event as 'will-frame-navigate', (details) => {
      if (isOurs(details.url)) return;
      details.preventDefault();
      if (details.isMainFrame) openOutside(details.url);
    });
  }
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Harmless to grant to our own page. */
const granted = new Set(['clipboard-sanitized-write', 'fullscreen', 'notifications']);

async function mayListenOrLook(): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: 'Allow CAV-MAE Studio to use the microphone or camera for this search?',
    detail: 'What is recorded is compared on this machine and not kept.',
    buttons: ['Allow once', 'Deny'],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0;
}

/** Denied by default, and to every frame that is not ours; microphone and camera are asked for, per use. */
export function lockDownSession(session: Session): void {
  session.setPermissionCheckHandler(
    (_, permission, requestingOrigin) =>
      isOurs(requestingOrigin.replace(/\/$/, '')) && (granted.has(permission) || permission === 'media'),
  );
  session.setPermissionRequestHandler((_, permission, callback, { requestingUrl }) => {
    if (!isOurs(requestingUrl)) return callback(false);
    if (granted.has(permission)) return callback(true);
    if (permission !== 'media') return callback(false);
    void mayListenOrLook().then(callback, () => callback(false));
  });
  session.setDevicePermissionHandler(() => false);
}

export function lockDown(session: Session): void {
  app.on('web-contents-created', (_, contents) => lockDownContents(contents));
  lockDownSession(session);
}
