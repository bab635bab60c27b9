import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';

vi.mock('../../../../../src/renderer/src/engine/client.ts', () => ({ client: { search: { propagate: vi.fn() }, annotations: { accept: vi.fn(), undo: vi.fn() }, clips: { byIds: vi.fn(async () => ({ rows: [] })) } } }));
const { client } = await import('../../../../../src/renderer/src/engine/client.ts');
const { usePropagation } = await import('../../../../../src/renderer/src/features/learning/usePropagation.ts');
const { useSchemas } = await import('../../../../../src/renderer/src/stores/schemas.ts');
const { useScope } = await import('../../../../../src/renderer/src/stores/scope.ts');
const { useUndo } = await import('../../../../../src/renderer/src/stores/undo.ts');

const classes = [10, 11].map((id) => ({ id, schemaId: 1, name: id === 10 ? 'bird' : 'car', colour: '#56b4e9', hotkey: String(id - 9), count: 3 }));
const suggestions = Array.from({ length: 100 }, (_, i) => ({ clipId: i + 1, classId: i % 4 ? 10 : 11, probability: 1 - i / 100 }));
const undoState = { canUndo: true, canRedo: false, undoText: 'x', redoText: null };

beforeEach(async () => {
  setActivePinia(createPinia());
  useSchemas().list = [{ id: 1, name: 'Sounds', multiLabel: false, classes }];
  vi.mocked(client.search.propagate).mockReset().mockResolvedValue(suggestions);
  vi.mocked(client.annotations.accept).mockReset().mockResolvedValue({ step: 1, changed: 20, skipped: 0, undo: undoState });
  await usePropagation().load();
});

describe('spreading labels', () => {
  it('cuts at what is likely at first, and shows the cut with reasons wherever it moves', async () => {
    const [propagation, scope] = [usePropagation(), useScope()];
    expect(propagation.count).toBe(21);
    expect(propagation.lowest).toBeCloseTo(0.8);
    propagation.preview();
    expect(scope.clipIds).toHaveLength(21);
    expect(scope.list?.reasons?.get(1)).toMatch(/car 100 %/);
    propagation.count = 40;
    await nextTick();
    expect(scope.clipIds).toHaveLength(40);
    expect(propagation.perClass.map(({ labelClass, count }) => [labelClass.name, count])).toEqual([['bird', 30], ['car', 10]]);
    scope.showAll();
    propagation.count = 30;
    await nextTick();
    expect(scope.list).toBeNull();
  });

  it('estimates from the answers, forgets the last on request, and accepts without what was wrong', async () => {
    const propagation = usePropagation();
    expect(propagation.estimate).toBeNull();
    const wrong = propagation.next!;
    propagation.answer(wrong, false);
    for (let i = 0; i < 3; i++) propagation.answer(propagation.next!, true);
    expect(propagation.asked).toHaveLength(4);
    expect(propagation.estimate).toMatchObject({ share: 0.75 });
    const last = propagation.asked.at(-1);
    expect(propagation.takeBack()).toBe(last);
    expect(propagation.next).toBe(last);
    expect(await propagation.accept()).toBe(true);
    const { schemaId, labels } = vi.mocked(client.annotations.accept).mock.calls[0]![0];
    expect(schemaId).toBe(1);
    expect(labels).toHaveLength(20);
    expect(labels.map(({ clipId }) => clipId)).not.toContain(wrong);
    expect(useUndo().done.at(-1)?.text).toBe('accept 20 suggested labels');
    expect(propagation.asked).toEqual([]);
  });

  it('keeps answers of clips that are still within the cut', async () => {
    const propagation = usePropagation();
    const answered = propagation.next!;
    propagation.answer(answered, true);
    propagation.count = 100;
    await nextTick();
    propagation.count = 21;
    await nextTick();
    expect(propagation.asked).toEqual([answered]);
  });

  it('shows why it cannot, and writes nothing', async () => {
    vi.mocked(client.search.propagate).mockRejectedValue(Object.assign(new Error('no clip is embedded yet'), { code: 'BAD_INPUT', data: {} }));
    const propagation = usePropagation();
    await propagation.load();
    expect(propagation.failure?.message).toMatch(/embedded/);
    expect(await propagation.accept()).toBe(false);
    expect(client.annotations.accept).not.toHaveBeenCalled();
  });
});
