import { describe, expect, it } from 'vitest';
import { freeColour } from '../../../../src/engine/collection/palette.ts';
import { openWorkspace, workspaceWithClips } from './openWorkspace.ts';

describe('schemas and classes', () => {
  it('give every class a colour and a key of its own', () => {
    const schema = openWorkspace().schemas.create({
      name: 'Many',
      classes: Array.from({ length: 40 }, (_, i) => `class ${i}`),
    });
    expect(new Set(schema.classes.map(({ colour }) => colour)).size).toBe(40);
    expect(
      schema.classes
        .slice(0, 12)
        .map(({ hotkey }) => hotkey)
        .join(''),
    ).toBe('123456789abc');
    const keys = schema.classes.flatMap(({ hotkey }) => hotkey ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).not.toContain('j');
    expect(schema.classes.at(-1)?.hotkey).toBeNull();
  });

  it('find colours without end', () => {
    const taken = new Set<string>();
    for (let i = 0; i < 200; i++) taken.add(freeColour(taken));
    expect(taken.size).toBe(200);
    for (const colour of taken) expect(colour).toMatch(/^#[0-9a-f]{6}$/);
  });

  it('refuse a second schema, class or key of the same name', () => {
    const { schemas } = openWorkspace();
    const {
      id,
      classes: [dog],
    } = schemas.create({ name: 'S', classes: ['dog', 'cat'] });
    expect(() => schemas.create({ name: ' S ' })).toThrowError(expect.objectContaining({ code: 'CONFLICT' }));
    expect(() => schemas.addClass(id, { name: 'dog' })).toThrowError(expect.objectContaining({ code: 'CONFLICT' }));
    expect(() => schemas.updateClass(dog?.id as number, { hotkey: '2' })).toThrowError(
      expect.objectContaining({ code: 'CONFLICT', message: 'the key 2 already belongs to cat' }),
    );
    expect(() => schemas.create({ name: 'T', classes: ['x', 'x'] })).toThrow(/already a class/);
    expect(schemas.list().map(({ name }) => name)).toEqual(['S']);
  });

  it('rename, recolour and give other keys, each undone by one step', () => {
    const { schemas, annotations } = openWorkspace();
    const {
      id,
      classes: [dog],
    } = schemas.create({ name: 'S', classes: ['dog'] });
    const before = schemas.get(id);
    schemas.updateClass(dog?.id as number, { name: 'hound', colour: '#123456', hotkey: 'q' });
    schemas.update(id, { name: 'Animals', multiLabel: true });
    expect(schemas.get(id)).toMatchObject({
      name: 'Animals',
      multiLabel: true,
      classes: [{ name: 'hound', colour: '#123456', hotkey: 'q' }],
    });
    annotations.undo();
    annotations.undo();
    expect(schemas.get(id)).toEqual(before);
    annotations.redo();
    expect(schemas.get(id).classes[0]?.name).toBe('hound');
  });

  it('merge a class: its clips go over, and undo brings both back', () => {
    const workspace = workspaceWithClips(3);
    const { id, classes } = workspace.schemas.create({ name: 'S', classes: ['dog', 'hound'] });
    const [dog, hound] = classes.map((one) => one.id) as [number, number];
    workspace.annotations.set({ clipIds: [1, 2], classId: hound, value: 'positive', presence: 'visible' });
    workspace.annotations.set({ clipIds: [2], classId: dog, value: 'negative' });
    const before = workspace.annotations.full(id);
    workspace.schemas.mergeClass(hound, dog);
    expect(workspace.annotations.full(id)).toEqual([
      { clipId: 1, classId: dog, value: 'positive', presence: 'visible', source: 'human' },
      { clipId: 2, classId: dog, value: 'positive', presence: 'visible', source: 'human' },
    ]);
    expect(workspace.schemas.get(id).classes).toMatchObject([{ name: 'dog', count: 2 }]);
    workspace.annotations.undo();
    expect(workspace.annotations.full(id)).toEqual(before);
    expect(workspace.schemas.get(id).classes).toHaveLength(2);
  });

  it('delete and bring back a schema with all its labels', () => {
    const workspace = workspaceWithClips(2);
    const {
      id,
      classes: [dog],
    } = workspace.schemas.create({ name: 'S', classes: ['dog'] });
    workspace.annotations.set({ clipIds: [1, 2], classId: dog?.id as number, value: 'positive' });
    workspace.schemas.remove(id);
    expect(workspace.schemas.list()).toEqual([]);
    expect(workspace.summary().labelled).toBe(0);
    workspace.annotations.undo();
    expect(workspace.schemas.get(id).classes[0]?.count).toBe(2);
  });

  it('become single-label only when no clip has two labels', () => {
    const workspace = workspaceWithClips(1);
    const { id, classes } = workspace.schemas.create({ name: 'S', multiLabel: true, classes: ['a', 'b'] });
    for (const one of classes) workspace.annotations.set({ clipIds: [1], classId: one.id, value: 'positive' });
    expect(() => workspace.schemas.update(id, { multiLabel: false })).toThrowError(
      expect.objectContaining({ code: 'CONFLICT', message: '1 clips have several labels of this schema' }),
    );
    workspace.annotations.set({ clipIds: [1], classId: classes[0]?.id as number, value: null });
    expect(workspace.schemas.update(id, { multiLabel: false }).multiLabel).toBe(false);
  });
});
