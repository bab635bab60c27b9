import { describe, expect, it, vi } from 'vitest';
import type { EngineEvent } from '../../../../src/shared/contract/system.ts';
import { readEvents } from '../../../../src/renderer/src/engine/eventStream.ts';

const event: EngineEvent = { type: 'schemasChanged' };
async function* once(): AsyncGenerator<EngineEvent> {
  yield event;
}

describe('readEvents', () => {
  it('reconnects with growing pauses, tells when it is broken, and starts afresh after a success', async () => {
    const pauses: number[] = [];
    const connections: boolean[] = [];
    const seen: EngineEvent[] = [];
    let attempt = 0;
    const stop = readEvents({
      open: async () => {
        attempt++;
        if (attempt <= 3) throw new TypeError('Failed to fetch');
        return once();
      },
      onEvent: (one) => seen.push(one),
      onConnection: (ok) => connections.push(ok),
      pause: (ms) =>
        new Promise((done) => {
          pauses.push(ms);
          setTimeout(done, 1);
        }),
    });
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(0));
    stop();
    expect(pauses.slice(0, 3)).toEqual([500, 1000, 2000]);
    expect(connections.slice(0, 4)).toEqual([false, false, false, true]);
    if (pauses.length > 3) expect(pauses[3]).toBe(500);
  });
  it('opens nothing more once stopped', async () => {
    const open = vi.fn(async () => once());
    let go = (): void => {};
    const stop = readEvents({
      open,
      onEvent: () => {},
      onConnection: () => {},
      pause: () =>
        new Promise((done) => {
          go = done;
        }),
    });
    await vi.waitFor(() => expect(open).toHaveBeenCalledTimes(1));
    stop();
    go();
    await Promise.resolve();
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('stops and says so where the host no longer knows the window', async () => {
    const open = vi.fn(async () => {
      throw Object.assign(new Error('sign in'), { status: 401 });
    });
    const [refused, pause] = [vi.fn(), vi.fn(async () => {})];
    readEvents({ open, onEvent: () => {}, onConnection: () => {}, onRefused: refused, pause });
    await vi.waitFor(() => expect(refused).toHaveBeenCalledOnce());
    expect([open.mock.calls.length, pause.mock.calls.length]).toEqual([1, 0]);
  });
});
