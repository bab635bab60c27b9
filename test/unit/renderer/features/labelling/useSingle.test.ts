import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import type { Clip } from '../../../../../src/shared/contract/clip.ts';

vi.mock('../../../../../src/renderer/src/engine/client.ts', () => ({
  client: {
    annotations: { set: vi.fn() },
    clips: { byIds: vi.fn(async () => ({ rows: [] })) },
    search: { queue: vi.fn() },
  },
}));
const { client } = await import('../../../../../src/renderer/src/engine/client.ts');
const { singleAction } = await import('../../../../../src/renderer/src/features/labelling/singleKeys.ts');
const { useQueue } = await import('../../../../../src/renderer/src/features/labelling/useQueue.ts');
const { useSingle } = await import('../../../../../src/renderer/src/features/labelling/useSingle.ts');
const { useClips } = await import('../../../../../src/renderer/src/stores/clips.ts');
const { useLabelling } = await import('../../../../../src/renderer/src/stores/labelling.ts');
const { useLayout } = await import('../../../../../src/renderer/src/stores/layout.ts');
const { usePlayer } = await import('../../../../../src/renderer/src/stores/player.ts');
const { useSchemas } = await import('../../../../../src/renderer/src/stores/schemas.ts');
const { useScope } = await import('../../../../../src/renderer/src/stores/scope.ts');
const { useSelection } = await import('../../../../../src/renderer/src/stores/selection.ts');

const clip = (id: number): Clip => ({
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
  labels: [],
  prediction: null,
});
const classes = [10, 11].map((id) => ({
  id,
  schemaId: 1,
  name: `class ${id}`,
  colour: '#56b4e9',
  hotkey: id === 10 ? '1' : 'a',
  count: 0,
}));
const byKey = new Map(classes.map((one) => [one.hotkey, one]));
const key = (name: string, more: { code?: string; shiftKey?: boolean } = {}) =>
  singleAction({ key: name, code: '', shiftKey: false, ...more }, byKey);
const answered = { step: 1, changed: 1, undo: { canUndo: true, canRedo: false, undoText: 'x', redoText: null } };
const calls = () =>
  vi
    .mocked(client.annotations.set)
    .mock.calls.map(([input]) => [input.clipIds[0], input.classId, input.value, input.presence ?? null]);

let single: ReturnType<typeof useSingle>;
function begin(multiLabel: boolean): void {
  useSchemas().list = [{ id: 1, name: 'Sounds', multiLabel, classes }];
  useClips().put([1, 2, 3].map(clip));
  useQueue().list = { title: 'Uncertain', clipIds: [1, 2, 3] };
  useSelection().open(1);
  single = useSingle();
}
beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
  vi.mocked(client.annotations.set).mockReset().mockResolvedValue(answered);
  vi.mocked(client.search.queue).mockReset();
});

describe('the keys of one-by-one labelling', () => {
  it('give classes the first right to a key, Shift the "not"', () => {
    expect(key('1')).toEqual({ type: 'label', classId: 10, value: 'positive' });
    expect(key('!', { code: 'Digit1', shiftKey: true })).toEqual({ type: 'label', classId: 10, value: 'negative' });
    expect(key('a')).toMatchObject({ type: 'label', classId: 11 });
    expect(key('v')).toEqual({ type: 'presence', presence: 'visible' });
    expect(key('Backspace')).toEqual({ type: 'walk', by: -1 });
    expect(key('Enter')).toEqual({ type: 'walk', by: 1 });
    expect(key(' ')).toBeNull();
    expect(key('x')).toBeNull();
  });
});

describe('one by one', () => {
  it('labels and is at the next clip at once, back and at the end', async () => {
    begin(false);
    single.act(key('1')!);
    expect(useSelection().current).toBe(2);
    expect(useClips().get(1)?.labels).toEqual([{ classId: 10, value: 'positive', presence: null }]);
    single.act(key('Backspace')!);
    expect(useSelection().current).toBe(1);
    single.act(key('Enter')!);
    single.act(key('Enter')!);
    await nextTick();
    single.act(key('1')!);
    expect(single.ended.value).toBe(true);
    expect(useSelection().current).toBe(3);
    useQueue().list = { title: 'Uncertain', clipIds: [1, 2, 3] };
    await nextTick();
    expect(single.ended.value).toBe(true);
    // No clip is shown that a key could mean.
    single.act(key('1')!);
    single.act(key('Backspace')!);
    expect(single.ended.value).toBe(false);
    await vi.waitFor(() =>
      expect(calls()).toEqual([
        [1, 10, 'positive', null],
        [3, 10, 'positive', null],
      ]),
    );
  });

  it('takes uncertain and presence along into the next label only', async () => {
    begin(false);
    single.act(key('u')!);
    single.act(key('v')!);
    single.act(key('1')!);
    await nextTick();
    single.act(key('1')!);
    await vi.waitFor(() =>
      expect(calls()).toEqual([
        [1, 10, 'uncertain', 'visible'],
        [2, 10, 'positive', null],
      ]),
    );
  });

  it('stays on a clip that may have several labels, and amends those that are there', async () => {
    begin(true);
    single.act(key('1')!);
    await nextTick();
    expect(useSelection().current).toBe(1);
    single.act(key('u')!);
    await nextTick();
    single.act(key('b')!);
    await nextTick();
    expect(useClips().get(1)?.labels).toEqual([{ classId: 10, value: 'uncertain', presence: 'both' }]);
    single.act(key('u')!);
    await nextTick();
    single.act(key('1')!);
    await nextTick();
    expect(useClips().get(1)?.labels).toEqual([]);
  });
});

describe('the queue', () => {
  it('follows a refit from the place one is at', async () => {
    begin(false);
    useQueue().kind = 'diverse';
    useSelection().open(2);
    vi.mocked(client.search.queue).mockResolvedValue([9, 1, 3].map((clipId) => ({ clipId, score: 1, reason: 'new' })));
    await useQueue().follow();
    expect(useQueue().list?.clipIds).toEqual([1, 2, 9]);
    expect(useSelection().current).toBe(2);
  });
  it('keeps where one is when the answer comes, not where one was when it was asked, and offers nothing labelled meanwhile', async () => {
    begin(false);
    useQueue().kind = 'diverse';
    const answer = Promise.withResolvers<Awaited<ReturnType<typeof client.search.queue>>>();
    vi.mocked(client.search.queue).mockReturnValue(answer.promise as never);
    const followed = useQueue().follow();
    await vi.waitFor(() => expect(client.search.queue).toHaveBeenCalled());
    single.act(key('1')!);
    single.act(key('1')!);
    expect(useSelection().current).toBe(3);
    await nextTick();
    answer.resolve([2, 1, 9].map((clipId) => ({ clipId, score: 1, reason: 'new' })));
    await followed;
    expect(useQueue().list?.clipIds).toEqual([1, 2, 3]);
    expect(useSelection().current).toBe(3);
    expect(calls().map(([clipId]) => clipId)).toEqual([1, 2]);
  });
  it('does not offer a clip whose label is being written, nor the one after it has one', async () => {
    begin(false);
    useQueue().kind = 'diverse';
    const written = Promise.withResolvers<typeof answered>();
    vi.mocked(client.annotations.set).mockReturnValue(written.promise as never);
    single.act(key('1')!);
    vi.mocked(client.search.queue).mockResolvedValue([1, 2, 9].map((clipId) => ({ clipId, score: 1, reason: 'new' })));
    await useQueue().begin();
    expect(useQueue().list?.clipIds).toEqual([2, 9]);
    written.resolve(answered);
    useClips().put([clip(9)]);
    await useLabelling().set([9], 10, 'positive');
    single.act(key('1')!);
    expect(single.ended.value).toBe(true);
  });
  it('in the making is not overtaken by a refit, and keeps what is selected ahead', async () => {
    begin(false);
    useQueue().kind = 'diverse';
    const first = Promise.withResolvers<Awaited<ReturnType<typeof client.search.queue>>>();
    const second = Promise.withResolvers<Awaited<ReturnType<typeof client.search.queue>>>();
    vi.mocked(client.search.queue)
      .mockReturnValueOnce(first.promise as never)
      .mockReturnValueOnce(second.promise as never);
    const filled = useQueue().begin();
    const followed = useQueue().follow();
    first.resolve([1, 2, 3, 4].map((clipId) => ({ clipId, score: 1, reason: 'old' })));
    await filled;
    useSelection().select([3]);
    second.resolve([{ clipId: 8, score: 1, reason: 'new' }]);
    expect(await followed).toBe(true);
    expect(useScope().list?.clipIds).toEqual([1, 2, 3, 8]);
  });
  it('takes nobody away who has selected something meanwhile', async () => {
    begin(false);
    useQueue().kind = 'diverse';
    useLayout().name = 'label';
    vi.mocked(client.search.queue).mockResolvedValue([{ clipId: 9, score: 1, reason: 'new' }]);
    useSelection().open(77);
    const filled = useQueue().begin();
    useSelection().select([77, 78]);
    await filled;
    expect(useSelection().current).toBe(77);
    await useQueue().begin();
    expect(useSelection().current).toBe(9);
  });
  it('of labels to doubt counts and passes over what was looked at since it was made', async () => {
    begin(false);
    useQueue().kind = 'mislabelled';
    useSchemas().list = [
      { id: 1, name: 'Sounds', multiLabel: false, classes: classes.map((one) => ({ ...one, count: 3 })) },
    ];
    useClips().put([1, 2].map((id) => ({ ...clip(id), labels: [{ classId: 11, value: 'positive', presence: null }] })));
    await useLabelling().set([2], 11, 'positive');
    vi.mocked(client.search.queue).mockResolvedValue([1, 2].map((clipId) => ({ clipId, score: 1, reason: 'doubt' })));
    await useQueue().begin();
    expect([useQueue().list?.clipIds, useQueue().done]).toEqual([[1, 2], 0]);
    useSelection().open(1);
    single.act(key('1')!);
    await useQueue().follow();
    expect([useQueue().list?.clipIds, useQueue().done, useSelection().current]).toEqual([[1, 2], 1, 2]);
  });
  it('enters at the first clip without a label', () => {
    begin(false);
    useSelection().open(77);
    useClips().put([{ ...clip(1), labels: [{ classId: 10, value: 'positive', presence: null }] }]);
    useQueue().enter();
    expect(useSelection().current).toBe(2);
  });
});

describe('the player', () => {
  it('belongs to one panel at a time, and comes back to the clip panel as it left it', () => {
    const player = usePlayer();
    const made = () => ({ element: document.createElement('video'), offsetS: 0, lengthS: 5 });
    const [panel, own] = [made(), made()];
    player.attach(panel);
    player.hold('single');
    expect(player.attached).toBeNull();
    player.attach(own, 'single');
    player.attach(panel);
    expect(player.attached?.element).toBe(own.element);
    player.hold('clip');
    expect(player.attached?.element).toBe(panel.element);
    player.attach(own, 'single');
    expect(player.attached?.element).toBe(panel.element);
  });
});
