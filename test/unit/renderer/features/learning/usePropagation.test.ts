import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';

vi.mock('../../../../../src/renderer/src/engine/client.ts', () => ({
  client: { annotations: { accept: vi.fn(), undo: vi.fn() }, search: { propagate: vi.fn() } },
}));
const { client } = await import('../../../../../src/renderer/src/engine/client.ts');
const { usePropagation } = await import('../../../../../src/renderer/src/features/learning/usePropagation.ts');
const { createEventRouter } = await import('../../../../../src/renderer/src/stores/eventRouter.ts');
const { useSchemas } = await import('../../../../../src/renderer/src/stores/schemas.ts');
const { useUndo } = await import('../../../../../src/renderer/src/stores/undo.ts');

const nothing = { canUndo: false, canRedo: false, undoText: null, redoText: null };
beforeEach(() => setActivePinia(createPinia()));

describe('accepting suggested labels', () => {
  it('is what an undo takes back that is asked for while it is being written, not the step before it', async () => {
    const [propagation, undo] = [usePropagation(), useUndo()];
    useSchemas().list = [{ id: 1, name: 'Sounds', multiLabel: false, classes: [] }];
    vi.mocked(client.search.propagate).mockResolvedValue([{ clipId: 5, classId: 2, probability: 0.9 }] as never);
    await propagation.load();
    const before = vi.fn();
    undo.push({ text: 'select', kind: 'page', undo: before, redo: () => undefined });
    const written = Promise.withResolvers<never>();
    vi.mocked(client.annotations.accept).mockReturnValue(written.promise);
    vi.mocked(client.annotations.undo).mockResolvedValue({ undo: nothing } as never);
    const accepting = propagation.accept();
    const undoing = undo.undo();
    written.resolve({ changed: 1, skipped: 0, undo: nothing } as never);
    await Promise.all([accepting, undoing]);
    expect(client.annotations.undo).toHaveBeenCalledTimes(1);
    expect(before).not.toHaveBeenCalled();
    expect(undo.undone.map(({ text }) => text)).toEqual(['accept 1 suggested label']);
  });
});

describe('suggestions', () => {
  it('are out of date where labels changed while they were made', async () => {
    const [propagation, tell] = [usePropagation(), createEventRouter()];
    useSchemas().list = [{ id: 1, name: 'Sounds', multiLabel: false, classes: [] }];
    const made = Promise.withResolvers<never>();
    vi.mocked(client.search.propagate).mockReturnValueOnce(made.promise).mockResolvedValue([]);
    const loading = propagation.load();
    tell({ type: 'annotationsChanged', clipIds: [5], undo: nothing } as never);
    made.resolve([{ clipId: 5, classId: 2, probability: 0.9 }] as never);
    await loading;
    expect(propagation.stale).toBe(true);
    await propagation.load();
    expect(propagation.stale).toBe(false);
  });
});
