import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';

vi.mock('../../../../src/renderer/src/engine/client.ts', () => ({
  client: { annotations: { undo: vi.fn(), redo: vi.fn(), undoState: vi.fn() } },
}));
const { client } = await import('../../../../src/renderer/src/engine/client.ts');
const { combine, useSelection } = await import('../../../../src/renderer/src/stores/selection.ts');
const { useToasts } = await import('../../../../src/renderer/src/stores/toasts.ts');
const { useUndo } = await import('../../../../src/renderer/src/stores/undo.ts');

beforeEach(() => setActivePinia(createPinia()));

describe('combine', () => {
  it.each([
    ['replace', [3, 4]],
    ['add', [1, 2, 3, 4]],
    ['subtract', [1, 2]],
    ['intersect', [3]],
  ] as const)('%s', (mode, expected) => {
    const before = mode === 'add' ? new Set([1, 2]) : new Set([1, 2, 3]);
    const given = mode === 'subtract' ? [3] : [3, 4];
    expect([...combine(before, given, mode)].sort()).toEqual([...expected]);
  });
  it('leaves the set it was given alone', () => {
    const before = new Set([1]);
    combine(before, [2], 'add');
    expect([...before]).toEqual([1]);
  });
});

describe('selection', () => {
  it('is undone and redone step by step', async () => {
    const [selection, undo] = [useSelection(), useUndo()];
    selection.select([1, 2]);
    selection.select([3], 'add');
    await undo.undo();
    expect([...selection.ids]).toEqual([1, 2]);
    await undo.undo();
    expect(selection.size).toBe(0);
    await undo.redo();
    expect([...selection.ids]).toEqual([1, 2]);
  });
  it('is let go by a label without a step of its own', async () => {
    const [selection, undo] = [useSelection(), useUndo()];
    selection.select([1, 2]);
    undo.pushAnnotation('Label 2 clips');
    selection.release();
    expect([selection.size, undo.undoText]).toEqual([0, 'Label 2 clips']);
  });
  it('makes no step of a change that changes nothing', () => {
    const [selection, undo] = [useSelection(), useUndo()];
    selection.select([1, 2]);
    selection.select([2, 1]);
    expect(undo.done).toHaveLength(1);
  });
  it('labels go to the selection, or to the open clip when nothing is selected', () => {
    const selection = useSelection();
    expect(selection.targets).toEqual([]);
    selection.open(9);
    expect(selection.targets).toEqual([9]);
    selection.select([4, 5]);
    expect(selection.targets).toEqual([4, 5]);
  });
  it('forgets clips that are gone without a step', () => {
    const [selection, undo] = [useSelection(), useUndo()];
    selection.select([1, 2, 3]);
    selection.open(2);
    selection.keepOnly(new Set([1, 3]));
    expect([...selection.ids]).toEqual([1, 3]);
    expect(selection.current).toBeNull();
    expect(undo.done).toHaveLength(1);
  });
});

describe('undo', () => {
  const state = { canUndo: false, canRedo: true, undoText: null, redoText: 'label bird' };
  it('walks through selections and labels in the order they happened', async () => {
    vi.mocked(client.annotations.undo).mockResolvedValue({ text: 'label bird', clipIds: [1], undo: state });
    const [selection, undo] = [useSelection(), useUndo()];
    selection.select([1]);
    undo.pushAnnotation('bird on one clip');
    selection.select([2]);
    await undo.undo();
    expect(client.annotations.undo).not.toHaveBeenCalled();
    await undo.undo();
    expect(client.annotations.undo).toHaveBeenCalledTimes(1);
    expect([...selection.ids]).toEqual([1]);
    expect(undo.engine).toEqual(state);
  });
  it('stops where this window began, says what lies before it, and takes that back on a second wish', async () => {
    vi.mocked(client.annotations.undo).mockClear().mockResolvedValue({ text: 'label dog', clipIds: [], undo: state });
    const undo = useUndo();
    undo.engine = { canUndo: true, canRedo: false, undoText: 'label dog', redoText: null };
    expect(undo.undoText).toBe('label dog');
    await undo.undo();
    expect(client.annotations.undo).not.toHaveBeenCalled();
    const [said] = useToasts().toasts;
    expect([said?.message, said?.hint]).toEqual(['Nothing more to undo from this window', 'Before it: label dog']);
    said!.action!.run();
    await vi.waitFor(() => expect(undo.undone.at(-1)?.text).toBe('label dog'));
    expect(client.annotations.undo).toHaveBeenCalledTimes(1);
    // Its toast offers the way back.
    expect(useToasts().toasts.at(-1)?.action?.text).toBe('Redo');
  });
  it('keeps a step that could not be undone', async () => {
    vi.mocked(client.annotations.undo).mockRejectedValue(Object.assign(new Error('disk full'), { code: 'DISK_FULL' }));
    const undo = useUndo();
    undo.pushAnnotation('bird');
    await undo.undo();
    expect(undo.done).toHaveLength(1);
    expect(undo.undone).toHaveLength(0);
  });
});
