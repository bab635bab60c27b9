// The engine's process as the shell sees it: requests passed through, crashes survived, ends in order. A small server
// stands for the engine.
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EngineProcess } from '../../../../src/main/engineLink/engineProcess.ts';
import { forwardTo } from '../../../../src/main/engineLink/forward.ts';

const entry = fileURLToPath(new URL('fakeEngine.mjs', import.meta.url));
let engine: EngineProcess | null = null;
afterEach(() => engine?.stop());

function start(workspace = 'birds') {
  const now = { workspace };
  const [onCrash, onRefused, onMessage] = [vi.fn(), vi.fn(), vi.fn()];
  const options = { node: process.execPath, entry, workspace: () => now.workspace, onMessage, onCrash, onRefused };
  engine = new EngineProcess(options);
  const forward = forwardTo(engine);
  const get = (at: string, init?: RequestInit) => forward(new Request(`http://studio${at}`, init));
  return { engine, get, onCrash, onRefused, now };
}
const text = async (answer: Promise<Response>) => (await answer).text();

describe('requests', () => {
  it('are passed on with method, address and streamed body, also before the engine listens', async () => {
    const { get } = start();
    const body = new ReadableStream({
      start(controller) {
        for (let k = 0; k < 3; k++) controller.enqueue(new Uint8Array(100_000));
        controller.close();
      },
    });
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    expect(await text(get('/upload?name=a%20b', init))).toMatch(/^POST \/upload\?name=a%20b 300000 birds /);
    expect((await get('/none')).status).toBe(204);
    expect(await text(get('/x', { method: 'HEAD' }))).toBe('');
  });

  it('keep status, byte ranges and repeated headers', async () => {
    const answer = await start().get('/range', { headers: { range: 'bytes=2-3' } });
    expect([answer.status, answer.headers.get('content-range'), answer.headers.getSetCookie()]).toEqual([
      206,
      'bytes 2-3/6',
      ['a=1', 'b=2'],
    ]);
    expect(answer.headers.has('connection')).toBe(false);
    expect(await answer.text()).toBe('2-');
  });

  it('end in the engine when the page stops reading a stream', async () => {
    const { get } = start();
    const reader = (await get('/events')).body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('first');
    expect(await text(get('/streams'))).toBe('1');
    await reader.cancel();
    await vi.waitFor(async () => expect(await text(get('/streams'))).toBe('0'));
  });

  it('fail as on a broken network when the engine ends meanwhile', async () => {
    const { get, onCrash } = start();
    expect((await get('/crash')).type).toBe('error');
    await vi.waitFor(() => expect(onCrash).toHaveBeenCalledTimes(1));
    // The process may end before its headers have left: then the request fails, else the reading of its answer.
    const half = await get('/half');
    if (half.type !== 'error') await expect(half.text()).rejects.toThrow();
    await vi.waitFor(() =>
      expect(onCrash.mock.calls.map(([{ reason }]) => reason as string)).toEqual(['exit code 3', 'exit code 4']),
    );
  });

  it('need the key of the socket', async () => {
    const { engine: running } = start();
    const { socket } = await running.ready();
    const stranger = forwardTo({ ready: async () => ({ socket, token: 'guessed' }) });
    expect((await stranger(new Request('http://studio/x'))).status).toBe(403);
  });
});

describe('the process', () => {
  it('listens in a folder of its own that nobody else may enter, which goes when it ends', async () => {
    const { engine: running } = start();
    const { socket } = await running.ready();
    const folder = path.dirname(socket);
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700);
    await running.stop();
    expect(existsSync(folder)).toBe(false);
  });

  it('is started again after a crash, on the workspace that was open last; requests wait for it', async () => {
    const { get, onCrash, now } = start();
    const before = await text(get('/x'));
    now.workspace = 'whales';
    await get('/crash');
    // A request that still reaches the dying process fails; from here on they wait.
    await vi.waitFor(() => expect(onCrash).toHaveBeenCalledOnce());
    const after = await text(get('/x'));
    expect(after).toContain('whales');
    expect(after.split(' ').pop()).not.toBe(before.split(' ').pop());
    expect(onCrash.mock.calls[0]?.[0]).toMatchObject({ reason: 'exit code 3', again: true });
  });

  it('is given up after the fourth crash in a minute, and can be started by hand', async () => {
    const { engine: running, get, onCrash, now } = start('broken');
    await expect(running.ready()).rejects.toThrow(/exit code 7/);
    expect(onCrash.mock.calls.map(([{ again }]) => again as boolean)).toEqual([true, true, true, false]);
    expect(onCrash.mock.calls[0]?.[0]).toMatchObject({ output: 'cannot load the library\n' });
    expect((await get('/x')).type).toBe('error');
    now.workspace = 'birds';
    running.startAgain();
    expect(await text(get('/x'))).toContain('birds');
  });

  it('that refuses a workspace is no crash', async () => {
    const { engine: running, onCrash, onRefused } = start('locked');
    await expect(running.ready()).rejects.toThrow('locked');
    expect(onRefused.mock.calls[0]?.[0]).toMatchObject({ message: 'locked', detail: { hint: 'Close it there.' } });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(onCrash).not.toHaveBeenCalled();
  });

  it('is not started again when it was told to stop', async () => {
    const { engine: running, onCrash } = start();
    await running.ready();
    await running.stop();
    expect(onCrash).not.toHaveBeenCalled();
  });
});
