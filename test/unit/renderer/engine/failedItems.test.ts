import { expect, it, vi } from 'vitest';

vi.mock('../../../../src/renderer/src/engine/client.ts', () => ({ client: { jobs: { get: vi.fn() } } }));
const { client } = await import('../../../../src/renderer/src/engine/client.ts');
const { allFailedItems, failedItemsCsv } = await import('../../../../src/renderer/src/engine/failedItems.ts');

const item = (n: number) => ({ path: `/a/${n}.wav`, code: 'DECODE_FAILED' as const, message: `no ${n}` });

it('reads every page of the failed items of a job, in order', async () => {
  const stored = Array.from({ length: 2500 }, (_, n) => item(n));
  const page = async ({ offset = 0, limit = 1000 }: { offset?: number | undefined; limit?: number | undefined }) => ({
    items: stored.slice(offset, offset + limit),
  });
  vi.mocked(client.jobs.get).mockImplementation(page as never);
  expect(await allFailedItems(7)).toEqual(stored);
  expect(vi.mocked(client.jobs.get).mock.calls.map(([{ offset }]) => offset)).toEqual([0, 1000, 2000]);
});

it('writes a table that keeps commas and quotes of paths and reasons', () => {
  const csv = failedItemsCsv([{ ...item(1), path: '/a, "b".wav' }]);
  expect(csv).toBe('path,code,reason\n"/a, ""b"".wav",DECODE_FAILED,no 1\n');
});
