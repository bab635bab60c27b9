import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createAccessGate, type AccessGate } from '../../../../src/main/web/accessGate.ts';
import { createAttemptLimit } from '../../../../src/main/web/attemptLimit.ts';
import { assertMayListen, hostNames, isLoopback } from '../../../../src/main/web/listenAddress.ts';

const port = 4000;
const base = `http://127.0.0.1:${port}`;
const ask = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}): Request => {
  const request = new Request(`${base}${path}`, { ...init, headers: { ...headers } });
  // fetch's Request forbids setting some headers; the server's has them.
  const all = new Headers({ host: `127.0.0.1:${port}`, ...headers });
  Object.defineProperty(request, 'headers', { value: all });
  return request;
};

describe('access gate', () => {
  let gate: AccessGate;
  let showLink: () => void;
  beforeEach(() => {
    showLink = vi.fn();
    gate = createAccessGate({
      port,
      knowsHost: hostNames('127.0.0.1'),
      password: null,
      attempts: createAttemptLimit(3),
      strangers: createAttemptLimit(40),
      links: createAttemptLimit(2),
      showLink,
    });
  });

  const enter = async (): Promise<string> => {
    const answer = await gate.check(ask(`/?token=${gate.issueToken()}`));
    return (answer?.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  };

  it('lets a browser in by the one-time link, and keeps the cookie from scripts and other sites', async () => {
    const answer = await gate.check(ask(`/?token=${gate.issueToken()}`));
    expect(answer?.status).toBe(303);
    expect(answer?.headers.get('location')).toBe('/');
    expect(answer?.headers.get('set-cookie')).toMatch(/^cavmae_4000=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
  });

  it('opens once: the same link again is refused and a fresh one offered to the owner', async () => {
    const token = gate.issueToken();
    await gate.check(ask(`/?token=${token}`));
    const again = await gate.check(ask(`/?token=${token}`));
    expect(again?.status).toBe(401);
    expect(again?.headers.get('set-cookie')).toBeNull();
    expect(showLink).toHaveBeenCalledOnce();
  });

  it('passes requests with the cookie or the bearer, and none without', async () => {
    const cookie = await enter();
    expect(await gate.check(ask('/rpc/clips/list', { cookie }))).toBeNull();
    expect(await gate.check(ask('/rpc/clips/list', { cookie: `other=1; ${cookie}` }))).toBeNull();
    expect(await gate.check(ask('/rpc/clips/list', { authorization: `Bearer ${gate.bearer}` }))).toBeNull();
    expect((await gate.check(ask('/rpc/clips/list')))?.status).toBe(401);
    expect((await gate.check(ask('/rpc/clips/list', { cookie: 'cavmae_4000=wrong' })))?.status).toBe(401);
    expect((await gate.check(ask('/rpc/clips/list', { cookie: cookie.replace('4000', '4001') })))?.status).toBe(401);
  });

  it.each([
    ['another name (DNS rebinding)', { host: `evil.example:${port}` }, 421],
    ['another port', { host: '127.0.0.1:9' }, 421],
    ['no host', { host: '' }, 421],
    ['two hosts', { host: `127.0.0.1:${port}@evil.example:${port}` }, 421],
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['an opaque origin', { origin: 'null' }, 403],
    ['our name on another port as origin', { origin: 'http://127.0.0.1:1' }, 403],
    ['a cross-site subresource', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['a same-site neighbour', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 403],
  ])('refuses %s even with the right cookie', async (_, headers, status) => {
    const cookie = await enter();
    expect((await gate.check(ask('/rpc/clips/list', { cookie, ...headers }, { method: 'POST' })))?.status).toBe(status);
  });

  it('stops listening to guesses', async () => {
    for (let k = 0; k < 3; k++) expect((await gate.check(ask('/?token=guess')))?.status).toBe(401);
    expect((await gate.check(ask('/?token=guess')))?.status).toBe(429);
    expect((await gate.check(ask(`/?token=${gate.issueToken()}`)))?.status).toBe(429);
  });

  it('evaluates no more guesses beside each other than after each other', async () => {
    gate = createAccessGate({
      port,
      knowsHost: hostNames('127.0.0.1'),
      password: 'correct horse',
      attempts: createAttemptLimit(5),
      strangers: createAttemptLimit(40),
      links: createAttemptLimit(2),
      showLink,
    });
    const guess = (n: number, client: string) =>
      gate.check(ask('/login', { 'content-length': '20' }, { method: 'POST', body: `password=guess${n}` }), client);
    const answers = await Promise.all(Array.from({ length: 250 }, (_, n) => guess(n, '10.0.0.1')));
    expect(answers.filter((answer) => answer?.status === 401)).toHaveLength(5);
    expect(answers.filter((answer) => answer?.status === 429)).toHaveLength(245);
    expect((await guess(0, '10.0.0.2'))?.status).toBe(401);
  });

  it('lets the owner in though others, or a window signed out, ask without end', async () => {
    for (let k = 0; k < 100; k++) await gate.check(ask('/rpc/clips/list'), '10.0.0.1');
    expect((await gate.check(ask('/rpc/clips/list'), '10.0.0.1'))?.status).toBe(429);
    expect((await gate.check(ask('/rpc/clips/list'), '10.0.0.2'))?.status).toBe(401);
    expect((await gate.check(ask(`/?token=${gate.issueToken()}`), '10.0.0.1'))?.status).toBe(303);
  });

  it('prints a fresh link whenever its page says so, and not without end', async () => {
    const visit = async () => (await gate.check(ask('/')))!.text();
    expect(await visit()).toContain('has just been printed');
    expect(showLink).toHaveBeenCalledTimes(1);
    expect(await visit()).toContain('has just been printed');
    expect(await visit()).toContain('open the last one');
    expect(showLink).toHaveBeenCalledTimes(2);
  });

  it('keeps the last twenty links valid', async () => {
    const first = gate.issueToken();
    const later = Array.from({ length: 20 }, () => gate.issueToken());
    expect((await gate.check(ask(`/?token=${first}`)))?.status).toBe(401);
    expect((await gate.check(ask(`/?token=${later[0]}`)))?.status).toBe(303);
  });

  it('asks for the password where there is one', async () => {
    gate = createAccessGate({
      port,
      knowsHost: hostNames('127.0.0.1'),
      password: 'correct horse',
      attempts: createAttemptLimit(5),
      strangers: createAttemptLimit(40),
      links: createAttemptLimit(2),
      showLink,
    });
    const post = (body: string) =>
      gate.check(ask('/login', { 'content-length': String(body.length) }, { method: 'POST', body }));
    expect(await (await gate.check(ask('/')))?.text()).toContain('type="password"');
    expect((await post('password=wrong'))?.status).toBe(401);
    expect((await post('password=correct+horse'))?.headers.get('set-cookie')).toContain('HttpOnly');
  });
});

describe('attempt limit', () => {
  it('forgets after a minute, and when the clock is set back', () => {
    let time = 0;
    const limit = createAttemptLimit(2, () => time);
    expect([limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([true, true, false]);
    time = 60_001;
    expect(limit.take('a')).toBe(true);
    limit.take('a');
    expect(limit.take('a')).toBe(false);
    time = -3_600_000;
    expect(limit.take('a')).toBe(true);
  });

  it('counts each client for itself, and remembers so many', () => {
    const limit = createAttemptLimit(1);
    expect([limit.take('a'), limit.take('a'), limit.take('b')]).toEqual([true, false, true]);
    for (let n = 0; n < 10_001; n++) limit.take(`client ${n}`);
    expect(limit.take('a')).toBe(true);
  });
});

describe('listening', () => {
  it('tells this machine from others', () => {
    expect(['127.0.0.1', 'localhost', '::1', '127.8.0.1'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example', 'localhost.evil.example'].some(isLoopback)).toBe(
      false,
    );
  });

  it('refuses other machines without a password worth the name', () => {
    expect(() => assertMayListen('0.0.0.0', null)).toThrow(/password/);
    expect(() => assertMayListen('0.0.0.0', 'short')).toThrow(/8 characters/);
    expect(() => assertMayListen('0.0.0.0', 'long enough')).not.toThrow();
    expect(() => assertMayListen('127.0.0.1', null)).not.toThrow();
  });
});
