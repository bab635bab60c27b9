// The events of the open recording that lie in view, read again as the view moves and as events change.
import { useDebounceFn } from '@vueuse/core';
import { ref, shallowRef, watch, type ComputedRef } from 'vue';
import type { TimedEvent } from '../../../../shared/contract/event.ts';
import { client } from '../../engine/client.ts';
import { latest } from '../../../../shared/async/latest.ts';
import { useCollection } from '../../stores/collection.ts';
import { onEngineEvent } from '../../stores/eventRouter.ts';
import { useToasts } from '../../stores/toasts.ts';
import { useUndo } from '../../stores/undo.ts';
import { useRecording } from './recordingStore.ts';
import type { View } from './timeline/view.ts';

/** More events in view than this are drawn as counts. */
const mostDrawn = 4000;
const densityBins = 512;

/** Positive events per class and bin of a stretch of time. */
export interface Density extends View {
  classes: { classId: number; counts: number[] }[];
}

/** Reads the view and half of it on either side, so that small moves find their events there. */
async function read(mediaId: number, schemaId: number, { fromS, toS }: View) {
  const filter = { mediaIds: [mediaId], schemaId };
  const margin = (toS - fromS) / 2;
  const timeS: [number, number] = [Math.max(0, fromS - margin), toS + margin];
  const [page, recordings] = await Promise.all([
    client.events.list({ filter: { ...filter, timeS }, limit: mostDrawn }),
    client.events.recordings({ schemaId, mediaIds: [mediaId] }),
  ]);
  const counts =
    page.total > mostDrawn
      ? await client.events.overview({ mediaId, startS: fromS, endS: toS, bins: densityBins, filter })
      : null;
  return { page, state: recordings.rows[0], counts, fromS, toS, schemaId };
}

export function useEventsInView(schemaId: ComputedRef<number | null>) {
  const [recording, toasts, undo, collection] = [useRecording(), useToasts(), useUndo(), useCollection()];
  const rows = shallowRef<TimedEvent[]>([]);
  /** Counts in place of single events, where there are too many in view. */
  const density = shallowRef<Density | null>(null);
  const total = ref(0);
  const complete = ref(false);
  const ask = latest(read);

  async function refresh(): Promise<void> {
    const [media, schema] = [recording.media, schemaId.value];
    if (!media || schema === null) {
      [rows.value, density.value, total.value, complete.value] = [[], null, 0, false];
      return;
    }
    try {
      const answer = await ask(media.id, schema, recording.view);
      if (!answer) return;
      const { page, state, counts, fromS, toS } = answer;
      rows.value = counts ? [] : page.rows;
      density.value = counts ? { fromS, toS, classes: counts.classes } : null;
      total.value = state?.events ?? 0;
      complete.value = state?.completeSchemaIds.includes(answer.schemaId) ?? false;
    } catch (error) {
      toasts.fail(error, 'The events of this recording could not be read');
    }
  }
  const soon = useDebounceFn(refresh, 120, { maxWait: 400 });
  watch([() => recording.media?.id, schemaId, () => collection.reconnects], () => void refresh(), { immediate: true });
  watch(
    () => recording.view,
    () => void soon(),
  );
  onEngineEvent((event) => {
    if (event.type !== 'eventsChanged') return;
    undo.engine = event.undo;
    const mediaId = recording.media?.id;
    if (event.mediaIds === null || (mediaId !== undefined && event.mediaIds.includes(mediaId))) void soon();
  });
  return { rows, density, total, complete, refresh };
}
