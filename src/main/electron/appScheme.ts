// The page's own scheme: `app://studio/…` is answered by the same Fetch application that HTTP serves.
import { protocol, type Session } from 'electron';
import type { FetchApp } from '../../engine/host/fetchApp.ts';

export const scheme = 'app';
export const origin = `${scheme}://studio`;

/** Before the application is ready: standard (relative URLs), secure (threads, workers), fetch and streams. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
  ]);
}

/** Confined: only our one host name, and only what the Fetch application answers. Nothing else of the network is reachable. */
export function serveScheme(session: Session, app: FetchApp): void {
  session.protocol.handle(scheme, (request) => {
    // `origin` of a custom scheme is "null" to the URL parser: the host name tells.
    const { protocol: asked, host } = new URL(request.url);
    return asked === `${scheme}:` && host === 'studio'
      ? app.fetch(request)
      : new Response('There is nothing at this address.', { status: 404 });
  });
}

export const isOurs = (url: string): boolean => url === origin || url.startsWith(`${origin}/`);
