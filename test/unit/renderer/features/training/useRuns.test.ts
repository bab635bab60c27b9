import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';

vi.mock('../../../../../src/renderer/src/engine/client.ts', () => ({
  client: { runs: { list: vi.fn() }, system: {} },
}));
const { client } = await import('../../../../../src/renderer/src/engine/client.ts');
const { createEventRouter } = await import('../../../../../src/renderer/src/stores/eventRouter.ts');
const { useRuns, withPoints } = await import('../../../../../src/renderer/src/features/training/useRuns.ts');

const point = (step: number, loss: number): { step: number; epoch: number; loss: number } => ({
  step,
  epoch: step,
  loss,
});
const run = (id: number, curve: object[], kind = 'finetune'): object => ({ id, kind, curve });
beforeEach(() => setActivePinia(createPinia()));

describe('a curve', () => {
  it('has one point a step: what is told of a step anew replaces what was told before, and the rest stays', () => {
    expect(withPoints([point(1, 3), { ...point(2, 2), accuracy: 0.5 }], [point(2, 1.9), point(3, 1)])).toEqual([
      point(1, 3),
      { ...point(2, 1.9), accuracy: 0.5 },
      point(3, 1),
    ]);
  });
});

describe('runs', () => {
  it('are those of their kind, newest first', async () => {
    vi.mocked(client.runs.list).mockResolvedValue([run(1, []), run(2, [], 'pretrain'), run(3, [])] as never);
    const { runs, run: looked, refreshRuns } = useRuns('finetune', () => undefined);
    await refreshRuns();
    expect(runs.value.map(({ id }) => id)).toEqual([3, 1]);
    expect(looked.value?.id).toBe(3);
  });
  it('keep points that were told while the list was read, and draw none twice', async () => {
    const tell = createEventRouter();
    const { runs, refreshRuns } = useRuns('finetune', () => undefined);
    vi.mocked(client.runs.list).mockResolvedValue([run(1, [point(1, 3)])] as never);
    await refreshRuns();
    const late = Promise.withResolvers<never>();
    vi.mocked(client.runs.list).mockReturnValue(late.promise);
    const reading = refreshRuns();
    tell({ type: 'runProgressed', runId: 1, points: [point(2, 2)] } as never);
    tell({ type: 'runProgressed', runId: 1, points: [point(3, 1)] } as never);
    late.resolve([run(1, [point(1, 3), point(2, 2)])] as never);
    await reading;
    tell({ type: 'runProgressed', runId: 1, points: [point(3, 1)] } as never);
    expect(runs.value[0]!.curve).toEqual([point(1, 3), point(2, 2), point(3, 1)]);
  });
  it('say what went wrong', async () => {
    const failed = vi.fn();
    vi.mocked(client.runs.list).mockRejectedValue(new Error('the database could not be read'));
    await useRuns('finetune', failed).refreshRuns();
    expect(failed).toHaveBeenCalledOnce();
  });
});
