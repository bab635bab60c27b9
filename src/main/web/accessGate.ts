// Who may ask the web host: a browser that opened the one-time link (or knew the password), on a name we answer to,
// from our own page.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AttemptLimit } from './attemptLimit.ts';
import { deniedPage, loginPage } from './gatePages.ts';

export interface AccessGateOptions {
  port: number;
  /** Whether a Host header's name (without port) is one of ours. */
  knowsHost: (name: string) => boolean;
  /** Asked of newcomers where the host listens beyond this machine; null: only the one-time link opens. */
  password: string | null;
  attempts: AttemptLimit;
  /** Requests of nobody signed in: each costs little, a flood of them nothing more. */
  strangers: AttemptLimit;
  /** How often a minute a fresh link is shown, whoever asks. */
  links: AttemptLimit;
  /** Shows a fresh link where only the owner sees it. */
  showLink: () => void;
}

export interface AccessGate {
  /** A fresh token for `/?token=…`; it opens once. */
  issueToken(): string;
  /** For programs: sent as `Authorization: Bearer …`. */
  readonly bearer: string;
  /** The answer that ends the request, or null to let it pass. `client`: the address it comes from. */
  check(request: Request, client?: string): Promise<Response | null>;
}

/** One-time links that are valid beside each other; the oldest goes. */
const mostTokens = 20;

const random = (): string => randomBytes(32).toString('base64url');
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const plain = (status: number, text: string, headers: Record<string, string> = {}): Response =>
  new Response(`${text}\n`, {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
  });

export function createAccessGate(options: AccessGateOptions): AccessGate {
  const secret = random();
  const tokens = new Set<string>();
  // Cookies are shared by all ports of a host name: the port in its name keeps two windows apart.
  const cookieName = `cavmae_${options.port}`;
  const cookie = `${cookieName}=${secret}; HttpOnly; SameSite=Strict; Path=/`;

  const enter = (): Response =>
    new Response(null, {
      status: 303,
      headers: { location: '/', 'set-cookie': cookie, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    });

  function known(request: Request): boolean {
    const bearer = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    if (bearer) return same(bearer, secret);
    for (const part of (request.headers.get('cookie') ?? '').split(';')) {
      const [name, value] = part.trim().split('=', 2);
      if (name === cookieName && value && same(value, secret)) return true;
    }
    return false;
  }

  /** DNS rebinding and cross-site requests end here, whatever they carry. */
  function misdirected(request: Request): Response | null {
    const host = request.headers.get('host') ?? '';
    const name = /^(\[[0-9a-f:]+\]|[^:]+)(?::(\d+))?$/i.exec(host);
    if (!name?.[1] || Number(name[2] ?? 80) !== options.port || !options.knowsHost(name[1].toLowerCase()))
      return plain(421, 'This host does not answer to that name.');
    const origin = request.headers.get('origin');
    if (origin !== null && origin !== `http://${host}`) return plain(403, 'Requests from other sites are refused.');
    const site = request.headers.get('sec-fetch-site');
    if (site && site !== 'same-origin' && site !== 'none' && request.headers.get('sec-fetch-mode') !== 'navigate')
      return plain(403, 'Requests from other sites are refused.');
    return null;
  }

  const tooMany = (what: string): Response => plain(429, `Too many ${what}. Wait a minute.`, { 'retry-after': '60' });

  /** The page for somebody with no valid link, and a fresh one in the terminal. */
  function refuse(reason: string): Response {
    if (options.password !== null) return deniedPage(reason, 'password');
    const shown = options.links.take('');
    if (shown) options.showLink();
    return deniedPage(reason, shown ? 'link' : 'wait');
  }

  function openByToken(token: string, client: string): Response {
    if (!options.attempts.take(client)) return tooMany('attempts');
    for (const valid of tokens) {
      if (!same(token, valid)) continue;
      tokens.delete(valid);
      options.attempts.giveBack(client);
      return enter();
    }
    return refuse('This link was already used, or is not from this run.');
  }

  async function logIn(request: Request, client: string): Promise<Response> {
    if (!options.attempts.take(client)) return tooMany('attempts');
    const body = Number(request.headers.get('content-length') ?? Infinity) <= 4096 ? await request.text() : '';
    const given = new URLSearchParams(body).get('password') ?? '';
    if (options.password === null || !same(given, options.password)) return loginPage('That is not the password.', 401);
    options.attempts.giveBack(client);
    return enter();
  }

  return {
    bearer: secret,
    issueToken() {
      const token = random();
      tokens.add(token);
      for (const oldest of tokens) if (tokens.size > mostTokens) tokens.delete(oldest);
      return token;
    },
    async check(request, client = '') {
      const refused = misdirected(request);
      if (refused) return refused;
      const url = new URL(request.url);
      const token = request.method === 'GET' && url.pathname === '/' ? url.searchParams.get('token') : null;
      if (known(request))
        return token === null ? null : new Response(null, { status: 303, headers: { location: '/' } });
      // Signing in has a bound of its own: a window that was signed out and asks on must not keep its owner out.
      if (token !== null) return openByToken(token, client);
      if (options.password !== null && request.method === 'POST' && url.pathname === '/login')
        return logIn(request, client);
      if (!options.strangers.take(client)) return tooMany('requests');
      if (url.pathname === '/' && request.method === 'GET')
        return options.password === null ? refuse('You are not signed in here.') : loginPage(null, 401);
      return Response.json(
        { code: 'UNAUTHORIZED', message: 'not signed in', detail: {} },
        { status: 401, headers: { 'cache-control': 'no-store' } },
      );
    },
  };
}
