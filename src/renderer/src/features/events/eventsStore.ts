// Events of the open recording: those in view, the selected ones, and every change to them.
import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import type { EventModality, NewEvent } from '../../../../shared/contract/event.ts';
import { useSchemas } from '../../stores/schemas.ts';
import { useEventEdits, usePendingChanges } from './eventEdits.ts';
import { useEventsInView } from './eventsInView.ts';
import { useRecording } from './recordingStore.ts';

export const useEvents = defineStore('events', () => {
  const [recording, schemas] = [useRecording(), useSchemas()];
  const schemaId = computed(() => schemas.active?.id ?? null);
  const inView = useEventsInView(schemaId);
  const pending = usePendingChanges();
  const selectedIds = ref<ReadonlySet<number>>(new Set());
  const modality = ref<EventModality>('heard');
  const value = ref<NewEvent['value']>('positive');
  const shown = computed(() =>
    pending.value.size === 0
      ? inView.rows.value
      : inView.rows.value.map((row) => ({ ...row, ...pending.value.get(row.id) })),
  );
  const selected = computed(() => shown.value.filter(({ id }) => selectedIds.value.has(id)));
  watch([() => recording.media?.id, schemaId], () => {
    selectedIds.value = new Set();
  });
  function select(ids: readonly number[], mode: 'replace' | 'toggle' = 'replace'): void {
    const next = new Set(mode === 'replace' ? [] : selectedIds.value);
    for (const id of ids) if (!next.delete(id)) next.add(id);
    selectedIds.value = next;
  }
  const { refresh } = inView;
  const edits = useEventEdits({ schemaId, selectedIds, selected, modality, value, refresh }, pending);
  return { ...inView, ...edits, schemaId, selectedIds, selected, shown, modality, value, select };
});
