import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

vi.mock('../../../../src/renderer/src/engine/client.ts', () => ({
  client: { learning: { state: vi.fn() }, schemas: { list: vi.fn() } },
}));
const { client } = await import('../../../../src/renderer/src/engine/client.ts');
const { createEventRouter } = await import('../../../../src/renderer/src/stores/eventRouter.ts');
const { useLearning } = await import('../../../../src/renderer/src/stores/learning.ts');
const { useSchemas } = await import('../../../../src/renderer/src/stores/schemas.ts');

const schema = { id: 1, name: 'Sounds', multiLabel: false, classes: [] };
beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  vi.mocked(client.learning.state)
    .mockReset()
    .mockResolvedValue({ points: [] } as never);
});
afterEach(() => void vi.useRealTimers());

describe('the loop of labelling and learning', () => {
  it('is asked for once the schemas are known anew, and not of one that an undo took away', async () => {
    const [schemas, learning] = [useSchemas(), useLearning()];
    schemas.list = [schema];
    await vi.advanceTimersByTimeAsync(1000);
    const asked = vi.mocked(client.learning.state).mock.calls.length;
    // The answer that it is gone takes a second.
    vi.mocked(client.schemas.list).mockImplementation(async () => {
      await new Promise((resolve) => {
        setTimeout(resolve, 1000);
      });
      return [];
    });
    const receive = createEventRouter();
    receive({ type: 'annotationsChanged', clipIds: [], undo: { undo: null, redo: null } } as never);
    receive({ type: 'schemasChanged' } as never);
    await vi.advanceTimersByTimeAsync(3000);
    expect(schemas.list).toEqual([]);
    expect(learning.state).toBeNull();
    expect(vi.mocked(client.learning.state).mock.calls.length).toBe(asked);
  });

  it('does not ask between a list of before and the undo that the engine told of since', async () => {
    const [schemas] = [useSchemas(), useLearning()];
    schemas.list = [schema];
    await vi.advanceTimersByTimeAsync(1000);
    const receive = createEventRouter();
    const event = { type: 'annotationsChanged', clipIds: [], undo: { undo: null, redo: null } } as never;
    // The first question for the list is answered after the second event, with what was there before it.
    vi.mocked(client.schemas.list)
      .mockImplementationOnce(async () => {
        await new Promise((resolve) => {
          setTimeout(resolve, 300);
        });
        return [{ ...schema }];
      })
      .mockResolvedValue([]);
    receive(event);
    await vi.advanceTimersByTimeAsync(250);
    vi.mocked(client.learning.state).mockClear();
    receive(event);
    await vi.advanceTimersByTimeAsync(3000);
    expect(schemas.list).toEqual([]);
    expect(vi.mocked(client.learning.state)).not.toHaveBeenCalled();
  });

  it('follows labels, also those that come without a pause', async () => {
    const [schemas] = [useSchemas(), useLearning()];
    schemas.list = [schema];
    await vi.advanceTimersByTimeAsync(1000);
    vi.mocked(client.learning.state).mockClear();
    vi.mocked(client.schemas.list).mockImplementation(async () => [{ ...schema }]);
    const receive = createEventRouter();
    for (let k = 0; k < 80; k++) {
      receive({ type: 'annotationsChanged', clipIds: [], undo: { undo: null, redo: null } } as never);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(vi.mocked(client.learning.state).mock.calls.length).toBeGreaterThanOrEqual(3);
  });
});
