// Starts learning and detecting, and tells what there is to learn from.
import { ref, shallowRef, watch } from 'vue';
import { client } from '../../../engine/client.ts';
import { useToasts } from '../../../stores/toasts.ts';
import { useEvents } from '../eventsStore.ts';
import { useRecording } from '../recordingStore.ts';
import { useProposals } from './proposalsStore.ts';

export function useDetector() {
  const [events, proposals, recording, toasts] = [useEvents(), useProposals(), useRecording(), useToasts()];
  const starting = ref(false);
  const marked = shallowRef({ events: 0, recordings: 0, complete: 0 });

  async function count(): Promise<void> {
    const schemaId = events.schemaId;
    if (schemaId === null) return;
    const facets = await client.events.facets({ filter: { schemaId } });
    marked.value = { events: facets.total, recordings: facets.recordings, complete: facets.completeRecordings };
  }
  // What cannot be counted now is counted at the next change; the panel's own failures are told where they happen.
  watch([() => events.schemaId, () => events.rows], () => void count().catch(() => undefined), { immediate: true });

  async function started(work: () => Promise<unknown>, failure: string): Promise<void> {
    starting.value = true;
    try {
      await work();
    } catch (error) {
      toasts.fail(error, failure);
    }
    starting.value = false;
  }
  const learn = (mode: 'audio' | 'visual' | 'both' | null): Promise<void> =>
    started(async () => {
      if (events.schemaId === null) return;
      await client.events.learn({
        schemaId: events.schemaId,
        ...(mode ? { mode } : {}),
        ...(proposals.detector ? { detectorId: proposals.detector.id } : {}),
      });
    }, 'Learning did not start');
  const detect = (hereOnly: boolean): Promise<void> =>
    started(async () => {
      const [detector, media] = [proposals.detector, recording.media];
      if (!detector) return;
      await client.events.detect({
        detectorId: detector.id,
        ...(hereOnly && media ? { mediaIds: [media.id] } : {}),
      });
    }, 'Finding events did not start');
  return { starting, marked, learn, detect };
}
