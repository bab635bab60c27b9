import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clip } from '../../../../src/shared/contract/clip.ts';

vi.mock('../../../../src/renderer/src/engine/client.ts', () => ({
  client: { annotations: { set: vi.fn(), undo: vi.fn() }, clips: { byIds: vi.fn() } },
}));
const { client } = await import('../../../../src/renderer/src/engine/client.ts');
const { useClips } = await import('../../../../src/renderer/src/stores/clips.ts');
const { useLabelling, withLabel } = await import('../../../../src/renderer/src/stores/labelling.ts');
const { useSchemas } = await import('../../../../src/renderer/src/stores/schemas.ts');
const { useSelection } = await import('../../../../src/renderer/src/stores/selection.ts');
const { useToasts } = await import('../../../../src/renderer/src/stores/toasts.ts');
const { useUndo } = await import('../../../../src/renderer/src/stores/undo.ts');

const clip = (id: number, labels: Clip['labels'] = []): Clip => ({
  id,
  mediaId: id,
  name: `clip ${id}`,
  path: `${id}.mp4`,
  content: 'c0ffee00',
  kind: 'video',
  startS: 0,
  endS: 10,
  badges: [],
  embedded: true,
  labels,
  prediction: null,
});
const undoAfter = { canUndo: true, canRedo: false, undoText: 'x', redoText: null };
const classes = [10, 11].map((id) => ({
  id,
  schemaId: 1,
  name: id === 10 ? 'bird' : 'car',
  colour: '#56b4e9',
  hotkey: id === 10 ? '1' : '2',
  count: 0,
}));

beforeEach(() => {
  setActivePinia(createPinia());
  vi.mocked(client.annotations.set).mockReset();
  useSchemas().list = [{ id: 1, name: 'Sounds', multiLabel: false, classes }];
});

describe('withLabel', () => {
  const bird = { classId: 10, value: 'positive' as const, presence: null };
  it('replaces the other classes of a single-label schema', () => {
    expect(withLabel(clip(1, [bird]), 11, 'positive', [10, 11]).labels).toEqual([
      { classId: 11, value: 'positive', presence: null },
    ]);
  });
  it('keeps them in a multi-label schema, and beside a "not"', () => {
    expect(withLabel(clip(1, [bird]), 11, 'positive', null).labels).toHaveLength(2);
    expect(withLabel(clip(1, [bird]), 11, 'negative', [10, 11]).labels).toHaveLength(2);
  });
  it('clears one class', () => {
    expect(withLabel(clip(1, [bird]), 10, null, [10, 11]).labels).toEqual([]);
  });
});

describe('labelling', () => {
  it('shows the label at once and remembers one undo step for many clips', async () => {
    const [clips, labelling, undo] = [useClips(), useLabelling(), useUndo()];
    clips.put([clip(1), clip(2)]);
    let answer = (_: { step: number; changed: number; undo: typeof undoAfter }): void => {};
    vi.mocked(client.annotations.set).mockReturnValue(
      new Promise((resolve) => {
        answer = resolve;
      }) as never,
    );
    const work = labelling.set([1, 2], 10, 'positive');
    expect(clips.get(1)?.labels[0]?.classId).toBe(10);
    answer({ step: 1, changed: 2, undo: undoAfter });
    expect(await work).toBe(true);
    expect(undo.done.map((step) => step.text)).toEqual(['bird on 2 clips']);
    expect(labelling.given).toBe(2);
  });
  it('takes the label back when it could not be saved, and says so', async () => {
    const [clips, labelling, toasts, undo] = [useClips(), useLabelling(), useToasts(), useUndo()];
    clips.put([clip(1)]);
    vi.mocked(client.annotations.set).mockRejectedValue(
      Object.assign(new Error('the disk is full'), { code: 'DISK_FULL' }),
    );
    expect(await labelling.set([1], 10, 'positive')).toBe(false);
    expect(clips.get(1)?.labels).toEqual([]);
    expect(undo.done).toHaveLength(0);
    expect(toasts.toasts[0]).toMatchObject({ level: 'error', message: 'The label was not saved: the disk is full' });
  });
  it('toggling clears only what all targets carry', async () => {
    const [clips, labelling, selection] = [useClips(), useLabelling(), useSelection()];
    clips.put([clip(1, [{ classId: 10, value: 'positive', presence: null }]), clip(2)]);
    vi.mocked(client.annotations.set).mockResolvedValue({ step: 1, changed: 1, undo: undoAfter });
    selection.select([1, 2]);
    await labelling.toggle(10);
    expect(vi.mocked(client.annotations.set).mock.lastCall?.[0]).toMatchObject({
      clipIds: [1, 2],
      classId: 10,
      value: 'positive',
    });
    await labelling.toggle(10);
    expect(vi.mocked(client.annotations.set).mock.lastCall?.[0]).toMatchObject({ value: null });
  });
});

it('an undo asked for while a label is being written takes that label back, not the step before it', async () => {
  let answer = (): void => {};
  vi.mocked(client.annotations.set).mockReturnValue(
    new Promise((resolve) => {
      answer = () => resolve({ step: 1, changed: 1, undo: undoAfter });
    }) as never,
  );
  vi.mocked(client.annotations.undo)
    .mockClear()
    .mockResolvedValue({ text: 'x', clipIds: [1], undo: undoAfter });
  const [labelling, selection, undo] = [useLabelling(), useSelection(), useUndo()];
  selection.select([1]);
  void labelling.set([1], 10, 'positive');
  const undone = undo.undo();
  answer();
  await undone;
  expect(client.annotations.undo).toHaveBeenCalledTimes(1);
  expect([...selection.ids]).toEqual([1]);
});

describe('what was said by one hand after the other', () => {
  const answered = { step: 1, changed: 1, undo: undoAfter };
  it('is written in that order: the next waits until the engine has the one before, and is shown meanwhile', async () => {
    const first = Promise.withResolvers<never>();
    vi.mocked(client.annotations.set).mockReturnValueOnce(first.promise).mockResolvedValue(answered);
    const [clips, labelling] = [useClips(), useLabelling()];
    clips.put([clip(1)]);
    const both = [labelling.set([1], 10, 'positive'), labelling.set([1], 11, 'positive')];
    await vi.waitFor(() => expect(client.annotations.set).toHaveBeenCalledTimes(1));
    expect(clips.get(1)?.labels.map(({ classId }) => classId)).toEqual([11]);
    first.resolve(answered as never);
    await Promise.all(both);
    expect(vi.mocked(client.annotations.set).mock.calls.map(([{ classId }]) => classId)).toEqual([10, 11]);
  });
  it('goes on after a label that could not be written, and shows what the engine knows', async () => {
    vi.mocked(client.annotations.set).mockRejectedValueOnce(new Error('the disk is full')).mockResolvedValue(answered);
    vi.mocked(client.clips.byIds).mockResolvedValue({
      rows: [clip(1, [{ classId: 11, value: 'positive', presence: null }])],
    });
    const [clips, labelling] = [useClips(), useLabelling()];
    clips.put([clip(1)]);
    expect(await Promise.all([labelling.set([1], 10, 'positive'), labelling.set([1], 11, 'positive')])).toEqual([
      false,
      true,
    ]);
    await vi.waitFor(() => expect(clips.get(1)?.labels.map(({ classId }) => classId)).toEqual([11]));
  });
  it('comes after an undo that was asked for before it', async () => {
    const undone = Promise.withResolvers<never>();
    vi.mocked(client.annotations.set).mockResolvedValue(answered);
    vi.mocked(client.annotations.undo).mockClear().mockReturnValue(undone.promise);
    const [labelling, undo] = [useLabelling(), useUndo()];
    await labelling.set([1], 10, 'positive');
    const undoing = undo.undo();
    const labelled = labelling.set([1], 11, 'positive');
    await vi.waitFor(() => expect(client.annotations.undo).toHaveBeenCalledTimes(1));
    expect(client.annotations.set).toHaveBeenCalledTimes(1);
    undone.resolve({ text: 'x', clipIds: [1], undo: undoAfter } as never);
    await Promise.all([undoing, labelled]);
    expect(undo.done.map(({ text }) => text)).toEqual(['car on one clip']);
  });
});

it('an undo that takes back what another window said tells so, and this window’s own label is still to be taken back', async () => {
  vi.mocked(client.annotations.set).mockResolvedValue({
    step: 1,
    changed: 1,
    undo: { ...undoAfter, undoText: 'Label one clip bird' },
  });
  const [labelling, toasts, undo] = [useLabelling(), useToasts(), useUndo()];
  await labelling.set([1], 10, 'positive');
  vi.mocked(client.annotations.undo).mockResolvedValueOnce({
    text: 'Label one clip car',
    clipIds: [2],
    undo: undoAfter,
  });
  await undo.undo();
  expect(toasts.toasts.at(-1)?.message).toBe('Undone, from another window: Label one clip car');
  expect([undo.done.length, undo.undone.length]).toEqual([1, 0]);
  vi.mocked(client.annotations.undo).mockResolvedValueOnce({
    text: 'Label one clip bird',
    clipIds: [1],
    undo: undoAfter,
  });
  await undo.undo();
  expect(toasts.toasts.at(-1)?.message).toBe('Undone: bird on one clip');
  expect([undo.done.length, undo.undone.length]).toEqual([0, 1]);
});
