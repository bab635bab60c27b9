import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { within } from '../../../../src/shared/async/within.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('within', () => {
  it('hands on an answer or a failure, and leaves no timer', async () => {
    await expect(within(5, Promise.resolve(7))).resolves.toBe(7);
    await expect(within(5, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives up after the time', async () => {
    const failure = within(5, new Promise(() => undefined)).catch((error: Error) => error.message);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await failure).toBe('no answer in 5 s');
  });
});
