// What the dock or task bar shows of the jobs.
import { expect, it, vi } from 'vitest';
import { shellWork, workOf } from '../../../../src/main/web/shellWork.ts';

const job = (status: 'running' | 'queued', done: number, total: number | null) => ({ status, done, total });

it('is the mean of what runs, and unknown where one of them cannot tell', () => {
  expect(workOf([])).toEqual({ type: 'work', running: 0, progress: null });
  expect(workOf([job('queued', 1, 2)])).toEqual({ type: 'work', running: 0, progress: null });
  expect(workOf([job('running', 1, 4), job('running', 3, 4)])).toEqual({ type: 'work', running: 2, progress: 0.5 });
  expect(workOf([job('running', 1, 4), job('running', 3, null)])).toEqual({ type: 'work', running: 2, progress: null });
});

it('is told at the start and when it changes, a burst of changes once', async () => {
  vi.useFakeTimers();
  let publish: (event: unknown) => void = () => {};
  let jobs: unknown[] = [];
  const send = vi.fn();
  const forget = vi.fn();
  const engine = {
    context: {
      events: { subscribe: (listener: typeof publish) => ((publish = listener), forget) },
      jobs: { list: () => jobs },
    },
  };
  const end = shellWork(engine as never, send);
  jobs = [job('running', 1, 2)];
  for (let k = 0; k < 20; k++) publish({ type: 'jobChanged' });
  publish({ type: 'clipsChanged' });
  await vi.advanceTimersByTimeAsync(1000);
  publish({ type: 'jobChanged' });
  await vi.advanceTimersByTimeAsync(1000);
  expect(send.mock.calls.map(([{ progress }]) => progress as number | null)).toEqual([null, 0.5]);
  end();
  expect(forget).toHaveBeenCalledOnce();
  vi.useRealTimers();
});
