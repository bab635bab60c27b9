// The HTTP host: the Fetch application behind the access gate, on loopback unless told otherwise.
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EngineError } from '../../shared/engineError.ts';
import type { FetchApp } from '../../engine/host/fetchApp.ts';
import { createAccessGate } from './accessGate.ts';
import { createAttemptLimit } from './attemptLimit.ts';
import { createRequestsAtOnce } from './requestsAtOnce.ts';
import { assertMayListen, hostNames, isLoopback } from './listenAddress.ts';
import { platformRequest } from './platformRequest.ts';

export interface WebHostOptions {
  app: FetchApp;
  host?: string;
  /** A port asked for must be free; without one the usual port or the next free one is taken. */
  port?: number;
  password?: string | null;
  log: (line: string) => void;
}

export interface WebHost {
  /** With its one-time token. */
  readonly url: string;
  readonly port: number;
  readonly bearer: string;
  /** A fresh one-time link. */
  newUrl(): string;
  close(): Promise<void>;
}

export const usualPort = 4317;
const portsToTry = 40;
/** Requests of one client that is not signed in. */
const strangersPerMinute = 300;
const linksPerMinute = 6;
/** Of everybody together; the system's own limit for open files is often near. */
const mostConnections = 10_000;

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(error);
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

async function listenSomewhere(server: Server, host: string, asked: number | undefined): Promise<number> {
  const candidates =
    asked === undefined ? [...Array.from({ length: portsToTry }, (_, k) => usualPort + k), 0] : [asked];
  for (const port of candidates) {
    try {
      await listen(server, host, port);
      return (server.address() as AddressInfo).port;
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE' && asked === undefined) continue;
      if (code === 'EADDRINUSE')
        throw new EngineError('CONFLICT', `port ${port} is in use by another program`, {
          field: 'port',
          hint: 'Leave --port out to take a free one.',
        });
      if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
        throw new EngineError('BAD_INPUT', `this machine has no address ${host}`, { field: 'host' });
      if (code === 'EACCES')
        throw new EngineError('BAD_INPUT', `no permission to listen on port ${port}`, { field: 'port' });
      throw thrown;
    }
  }
  throw new EngineError('CONFLICT', 'no free port was found', { field: 'port' });
}

/** @throws BAD_INPUT for an address that would let others in without a password, CONFLICT for a port in use. */
export async function startWebHost({
  app,
  host = '127.0.0.1',
  port,
  password = null,
  log,
}: WebHostOptions): Promise<WebHost> {
  assertMayListen(host, password);
  if (!isLoopback(host))
    log(
      `Warning: ${host} can be reached from other machines. The password is asked for, but what is sent is not encrypted.`,
    );
  let handle: (request: Request, client: string) => Promise<Response> = async () =>
    new Response('Starting.', { status: 503 });
  const server = createAdaptorServer({
    fetch: (request, env) => handle(request, (env as Partial<HttpBindings>).incoming?.socket.remoteAddress ?? ''),
    overrideGlobalObjects: false,
    serverOptions: { headersTimeout: 15_000, requestTimeout: 0, keepAliveTimeout: 10_000, maxHeaderSize: 16 * 1024 },
  }) as Server;
  // A client that says nothing for two minutes is let go; event streams send a sign of life every few seconds.
  server.setTimeout(120_000);
  server.maxConnections = mostConnections;
  const bound = await listenSomewhere(server, host, port);
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const gate = createAccessGate({
    port: bound,
    knowsHost: hostNames(host),
    password,
    attempts: createAttemptLimit(),
    strangers: createAttemptLimit(strangersPerMinute),
    links: createAttemptLimit(linksPerMinute),
    showLink: () => log(`A fresh link to sign in: ${newUrl()}`),
  });
  const newUrl = (): string => `http://${shown}:${bound}/?token=${gate.issueToken()}`;
  const requests = createRequestsAtOnce();
  const busy = () =>
    new Response('Too many requests at once.\n', {
      status: 429,
      headers: { 'retry-after': '1', 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' },
    });
  const answer = async (request: Request, client: string) =>
    (await gate.check(request, client)) ?? app.fetch(platformRequest(request));
  handle = (request, client) => requests.run(client, () => answer(request, client), busy);
  return {
    url: newUrl(),
    port: bound,
    bearer: gate.bearer,
    newUrl,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
