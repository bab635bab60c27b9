// The page's own scheme: `app://studio/…` is answered by the engine's process, over its private socket.
import { app, protocol, type Session } from 'electron';

export const [scheme, origin] = ['app', 'app://studio'];

/** Call before Electron is ready. Standard: relative URLs; secure: threads and workers; stream: media elements. */
export function prepareElectron(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
  ]);
  // Every renderer; as root Electron starts without any sandbox only.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
}

/** Answers for our one host name only. */
export function serveScheme(session: Session, forward: (request: Request) => Promise<Response>): void {
  session.protocol.handle(scheme, (request) =>
    isOurs(request.url) ? forward(request) : new Response('There is nothing at this address.', { status: 404 }),
  );
}

export const isOurs = (url: string): boolean => url === origin || url.startsWith(`${origin}/`);
