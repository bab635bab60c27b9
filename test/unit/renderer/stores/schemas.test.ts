import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';

vi.mock('../../../../src/renderer/src/engine/client.ts', () => ({
  client: { annotations: { undo: vi.fn(), undoState: vi.fn() }, schemas: { list: vi.fn(), addClass: vi.fn() } },
}));
const { client } = await import('../../../../src/renderer/src/engine/client.ts');
const { useSchemas } = await import('../../../../src/renderer/src/stores/schemas.ts');
const { useUndo } = await import('../../../../src/renderer/src/stores/undo.ts');

const lists = vi.mocked(client.schemas.list);
const schema = (id: number): object => ({ id, name: `Schema ${id}`, classes: [] });
const taken = { undo: { canUndo: false, canRedo: true, undoText: null, redoText: 'create schema' } };

beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
});

describe('the list of schemas, while a step is taken back that may remove one', () => {
  it('is out of date from before the engine is asked until it was read again', async () => {
    const [schemas, undo] = [useSchemas(), useUndo()];
    lists.mockResolvedValue([schema(1)] as never);
    await schemas.refresh();
    const { promise, resolve } = Promise.withResolvers<never>();
    vi.mocked(client.annotations.undo).mockImplementation(() => {
      expect(schemas.stale).toBe(true);
      return promise;
    });
    undo.pushAnnotation('create schema');
    const undone = undo.undo();
    await vi.waitFor(() => expect(client.annotations.undo).toHaveBeenCalledOnce());
    lists.mockResolvedValue([]);
    resolve(taken as never);
    await undone;
    await vi.waitFor(() => expect([schemas.stale, schemas.active]).toEqual([false, null]));
  });

  it('is read again, too, where nothing could be taken back', async () => {
    const [schemas, undo] = [useSchemas(), useUndo()];
    lists.mockResolvedValue([schema(1)] as never);
    await schemas.refresh();
    vi.mocked(client.annotations.undo).mockRejectedValue(new Error('disk full'));
    undo.pushAnnotation('label');
    await undo.undo();
    await vi.waitFor(() => expect([schemas.stale, schemas.active?.id]).toEqual([false, 1]));
    expect(undo.done).toHaveLength(1);
  });
});

it('gives classes made one right after the other keys of their own', async () => {
  const classes: object[] = [];
  lists.mockImplementation((async () => [{ ...schema(1), classes: [...classes] }]) as never);
  vi.mocked(client.schemas.addClass).mockImplementation((async (made: object) => {
    classes.push(made);
    return made;
  }) as never);
  const schemas = useSchemas();
  await schemas.refresh();
  await Promise.all([schemas.addClass('bell'), schemas.addClass('rain')]);
  expect(classes).toEqual([
    { schemaId: 1, name: 'bell', hotkey: '1' },
    { schemaId: 1, name: 'rain', hotkey: '2' },
  ]);
});
