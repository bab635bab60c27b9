// Labelling one clip at a time: a key says what it is, and the next is there.
import { computed, ref, watch } from 'vue';
import type { LabelValue, Presence } from '../../../../shared/contract/labelValue.ts';
import { useClips } from '../../stores/clips.ts';
import { useCollection } from '../../stores/collection.ts';
import { useLabelling } from '../../stores/labelling.ts';
import { usePlayer } from '../../stores/player.ts';
import { useSchemas } from '../../stores/schemas.ts';
import { useSelection } from '../../stores/selection.ts';
import { useToasts } from '../../stores/toasts.ts';
import type { SingleAction } from './singleKeys.ts';
import { useQueue } from './useQueue.ts';

export function useSingle() {
  const [clips, collection, labelling, player, queue, schemas, selection, toasts] = [
    useClips(),
    useCollection(),
    useLabelling(),
    usePlayer(),
    useQueue(),
    useSchemas(),
    useSelection(),
    useToasts(),
  ];
  /** Set by U and A, V, B before the class key: they go into the next label of this clip. */
  const uncertain = ref(false);
  const presence = ref<Presence | null>(null);
  const ended = ref(false);
  const clipId = computed(() => (queue.at >= 0 ? selection.current : null));
  const clip = computed(() => (clipId.value === null ? undefined : clips.get(clipId.value)));
  /** Another clip is open, from elsewhere: keys mean that one. */
  const away = computed(() => selection.current !== null && queue.at < 0);
  const nextId = computed(() => queue.nextOpen ?? queue.list?.clipIds[queue.at + 1]);
  const own = computed(() =>
    (clip.value?.labels ?? []).filter((label) => schemas.classes.some((c) => c.id === label.classId)),
  );
  watch(clipId, () => {
    [uncertain.value, presence.value, ended.value] = [false, null, false];
  });

  function walk(by: 1 | -1): void {
    const moved = queue.walk(by);
    if (!moved && by > 0) ended.value = true;
  }
  /** From the end: what a refit has brought meanwhile, else a new queue. */
  function onward(): void {
    if (queue.nextOpen === undefined) void queue.begin();
    else selection.open(queue.nextOpen);
  }
  function label(classId: number, value: LabelValue): void {
    if (clipId.value === null) return;
    const said = value === 'positive' && uncertain.value ? 'uncertain' : value;
    const several = schemas.active?.multiLabel ?? false;
    const again =
      several && own.value.some((one) => one.classId === classId && one.value === said) && presence.value === null;
    // The engine writes while the next clip already plays; a label that cannot be saved is told and taken back.
    void labelling.set(
      [clipId.value],
      classId,
      again ? null : said,
      again || said === 'negative' ? null : presence.value,
    );
    if (several) return;
    // Clips ahead that were labelled in the grid or on the timeline are not asked about once more.
    if (queue.nextOpen === undefined) ended.value = true;
    else selection.open(queue.nextOpen);
  }
  /** Changes labels that are there already; with none, the next class key takes it along. */
  function amend(
    change: (label: { classId: number; value: LabelValue; presence: Presence | null }) => {
      value: LabelValue;
      presence: Presence | null;
    },
  ): boolean {
    const labels = own.value.filter((one) => one.value !== 'negative');
    for (const one of labels) {
      const { value, presence: heard } = change(one);
      void labelling.set([clip.value!.id], one.classId, value, heard);
    }
    return labels.length > 0;
  }
  async function clear(): Promise<void> {
    const id = clipId.value;
    if (id !== null) for (const { classId } of own.value) await labelling.set([id], classId, null);
  }
  function act(action: SingleAction): void {
    const writes =
      action.type === 'label' || action.type === 'uncertain' || action.type === 'presence' || action.type === 'clear';
    // At the end no clip is shown that a key could mean.
    if (writes && ended.value) return;
    if (writes && collection.readOnly) return void toasts.show('warning', 'This workspace is open for reading only');
    switch (action.type) {
      case 'label':
        return label(action.classId, action.value);
      case 'uncertain':
        if (!amend((one) => ({ ...one, value: one.value === 'uncertain' ? 'positive' : 'uncertain' })))
          uncertain.value = !uncertain.value;
        return;
      case 'presence':
        if (!amend((one) => ({ ...one, presence: one.presence === action.presence ? null : action.presence })))
          presence.value = presence.value === action.presence ? null : action.presence;
        return;
      case 'walk':
        if (away.value) queue.enter();
        else if (ended.value && action.by > 0) onward();
        else if (ended.value) ended.value = false;
        else walk(action.by);
        return;
      case 'rate':
        return player.stepRate(action.by);
      case 'loop':
        player.loop = !player.loop;
        return;
      case 'clear':
        return void clear();
      case 'leave':
        queue.single = false;
    }
  }
  return { clip, clipId, nextId, away, own, uncertain, presence, ended, act };
}
