// Every change to events: one step of the journal, written after all earlier ones, shown at once where it can be.
import { shallowRef, type ComputedRef, type Ref } from 'vue';
import type { UndoState } from '../../../../shared/contract/annotation.ts';
import type { EventChange, EventModality, NewEvent, TimedEvent } from '../../../../shared/contract/event.ts';
import { client } from '../../engine/client.ts';
import { useSchemas } from '../../stores/schemas.ts';
import { useToasts } from '../../stores/toasts.ts';
import { useUndo } from '../../stores/undo.ts';
import { useRecording } from './recordingStore.ts';

export interface EventEditing {
  schemaId: ComputedRef<number | null>;
  selectedIds: Ref<ReadonlySet<number>>;
  selected: ComputedRef<TimedEvent[]>;
  /** What the next event is. */
  modality: Ref<EventModality>;
  value: Ref<NewEvent['value']>;
  refresh(): Promise<void>;
}

/** Writes steps, and remembers them for undo. */
function useEventWriter(refresh: () => Promise<void>) {
  const [toasts, undo] = [useToasts(), useUndo()];
  /** Null when the step failed, which has been said. */
  return async <T extends { changed: number; undo: UndoState }>(
    text: string,
    work: () => Promise<T>,
  ): Promise<T | null> => {
    try {
      return await undo.serialised(async () => {
        const answer = await work();
        undo.engine = answer.undo;
        if (answer.changed > 0) undo.pushAnnotation(text, answer.undo.undoText);
        return answer;
      });
    } catch (error) {
      toasts.fail(error, 'The events were not saved');
      return null;
    } finally {
      await refresh();
    }
  };
}

const countText = (count: number): string => (count === 1 ? 'event' : `${count.toLocaleString('en')} events`);

/** Changes shown before the engine has confirmed them, by event id. */
export const usePendingChanges = () => shallowRef<ReadonlyMap<number, EventChange>>(new Map());

export function useEventEdits(
  { schemaId, selectedIds, selected, modality, value, refresh }: EventEditing,
  pending: ReturnType<typeof usePendingChanges>,
) {
  const [recording, schemas, toasts] = [useRecording(), useSchemas(), useToasts()];
  const write = useEventWriter(refresh);

  /** The id of the new event; null where it was not saved. */
  async function add(
    event: Pick<NewEvent, 'classId' | 'onsetS' | 'offsetS'> & Partial<NewEvent>,
  ): Promise<number | null> {
    const { media } = recording;
    if (!media) return null;
    const defaults = { modality: modality.value, value: value.value, lowHz: null, highHz: null, annotator: null };
    const name = schemas.classById.get(event.classId)?.name ?? 'event';
    const answer = await write(`mark ${name}`, () =>
      client.events.set({ events: [{ mediaId: media.id, ...defaults, ...event }] }),
    );
    const made = answer?.ids[0] ?? null;
    if (made !== null) selectedIds.value = new Set([made]);
    return made;
  }
  async function change(changes: EventChange[], text = `change ${countText(changes.length)}`): Promise<boolean> {
    if (changes.length === 0) return false;
    pending.value = new Map([...pending.value, ...changes.map((one) => [one.id, one] as const)]);
    const answer = await write(text, () => client.events.update({ changes }));
    pending.value = new Map([...pending.value].filter(([id]) => !changes.some((one) => one.id === id)));
    return answer !== null;
  }
  const changeSelected = (fields: Omit<EventChange, 'id'>): Promise<boolean> =>
    change(selected.value.map(({ id }) => ({ id, ...fields })));
  async function removeSelected(): Promise<void> {
    const ids = [...selectedIds.value];
    if (ids.length === 0) return;
    selectedIds.value = new Set();
    await write(`remove ${countText(ids.length)}`, () => client.events.remove({ filter: { ids } }));
  }
  async function splitAt(atS: number): Promise<void> {
    const event = selected.value.find(({ onsetS, offsetS }) => offsetS !== null && atS > onsetS && atS < offsetS);
    if (!event) return void toasts.show('info', 'Select an event that contains the playhead to split it there.');
    await write(`split ${event.class}`, () => client.events.split({ id: event.id, atS }));
  }
  async function mergeSelected(): Promise<void> {
    const ids = [...selectedIds.value];
    if (ids.length < 2) return void toasts.show('info', 'Select two or more events of one class to merge them.');
    const answer = await write(`merge ${countText(ids.length)}`, () => client.events.merge({ ids }));
    if (answer?.ids[0] !== undefined) selectedIds.value = new Set([answer.ids[0]]);
  }
  async function setComplete(complete: boolean): Promise<void> {
    const [media, schema] = [recording.media, schemaId.value];
    if (!media || schema === null) return;
    await write(complete ? 'mark recording complete' : 'mark recording incomplete', () =>
      client.events.setComplete({ mediaIds: [media.id], schemaId: schema, complete }),
    );
  }
  return { add, change, changeSelected, removeSelected, splitAt, mergeSelected, setComplete };
}
