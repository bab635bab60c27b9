import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';

vi.mock('../../../../src/renderer/src/engine/client.ts', () => ({
  client: { clips: { ids: vi.fn(), facets: vi.fn() } },
}));
const { client } = await import('../../../../src/renderer/src/engine/client.ts');
const { useFilter } = await import('../../../../src/renderer/src/stores/filter.ts');
const { useUndo } = await import('../../../../src/renderer/src/stores/undo.ts');

const [ids, facets] = [vi.mocked(client.clips.ids), vi.mocked(client.clips.facets)];
const answers = (clipIds: number[]): never => ({ clipIds }) as never;

beforeEach(() => {
  setActivePinia(createPinia());
  ids.mockReset();
  facets.mockReset();
});

describe('the filter', () => {
  it('shows the clips before it asks how many there are of each kind', async () => {
    const filter = useFilter();
    ids.mockResolvedValue(answers([3, 5]));
    facets.mockImplementation(() => {
      expect([filter.ids, filter.loaded, filter.loading]).toEqual([[3, 5], true, false]);
      return Promise.resolve({ total: 2 }) as never;
    });
    await filter.refresh();
    expect(facets).toHaveBeenCalledOnce();
    expect(filter.facets).toEqual({ total: 2 });
  });

  it('asks for no counts of a list that another has overtaken', async () => {
    const filter = useFilter();
    facets.mockResolvedValue({ total: 1 } as never);
    const { promise: late, resolve } = Promise.withResolvers<never>();
    ids.mockReturnValueOnce(late).mockResolvedValueOnce(answers([7]));
    const overtaken = filter.refresh();
    await filter.refresh();
    resolve(answers([1, 2, 3]));
    await overtaken;
    expect(filter.ids).toEqual([7]);
    expect(facets).toHaveBeenCalledOnce();
  });

  it('tells why there are no clips, or no counts beside them', async () => {
    const filter = useFilter();
    ids.mockRejectedValueOnce(new Error('disk gone'));
    await filter.refresh();
    expect(filter.failure?.message).toContain('disk gone');
    expect(facets).not.toHaveBeenCalled();
    ids.mockResolvedValue(answers([1]));
    facets.mockRejectedValueOnce(new Error('no counts'));
    await filter.refresh();
    expect(filter.failure).toBeNull();
    expect([filter.ids, filter.countFailure?.message]).toEqual([[1], expect.stringContaining('no counts')]);
  });

  it('is a step of its own: undo brings back what was filtered by', async () => {
    const [filter, undo] = [useFilter(), useUndo()];
    filter.set({ text: 'bell' });
    filter.clear();
    expect(undo.done.map(({ text }) => text)).toEqual(['change the filter', 'clear the filter']);
    await undo.undo();
    expect(filter.criteria).toEqual({ text: 'bell' });
    await undo.undo();
    expect(filter.criteria).toEqual({});
    await undo.redo();
    expect(filter.criteria).toEqual({ text: 'bell' });
  });
});
