// The open proposals of a detector: those to review, in order, and those of the open recording.
import { ref, shallowRef, watch, type ComputedRef } from 'vue';
import { latest } from '../../../../../shared/async/latest.ts';
import type { Detector, EventProposal } from '../../../../../shared/contract/event.ts';
import { client } from '../../../engine/client.ts';
import { onEngineEvent } from '../../../stores/eventRouter.ts';
import { useToasts } from '../../../stores/toasts.ts';
import { useRecording } from '../recordingStore.ts';

export type ReviewOrder = 'useful' | 'time' | 'confidence';
const queueRows = 200;
const recordingRows = 2000;

export function useProposalLists(detector: ComputedRef<Detector | null>) {
  const [recording, toasts] = [useRecording(), useToasts()];
  const order = ref<ReviewOrder>('useful');
  const queue = shallowRef<EventProposal[]>([]);
  const total = ref(0);
  const here = shallowRef<EventProposal[]>([]);
  const askQueue = latest((detectorId: number) =>
    client.events.proposals({ detectorId, open: true, order: order.value, limit: queueRows }),
  );
  const askHere = latest((detectorId: number, mediaId: number) =>
    client.events.proposals({ detectorId, mediaIds: [mediaId], open: true, order: 'time', limit: recordingRows }),
  );

  async function read(detectorId: number, mediaId: number | undefined): Promise<void> {
    const [all, some] = await Promise.all([
      askQueue(detectorId),
      mediaId === undefined ? { rows: [] } : askHere(detectorId, mediaId),
    ]);
    if (all) [queue.value, total.value] = [all.rows, all.total];
    if (some) here.value = some.rows;
  }
  async function refresh(): Promise<void> {
    const detectorId = detector.value?.id;
    if (detectorId === undefined) {
      [queue.value, here.value, total.value] = [[], [], 0];
      return;
    }
    try {
      await read(detectorId, recording.media?.id);
    } catch (error) {
      toasts.fail(error, 'Proposals could not be read');
    }
  }
  watch([() => detector.value?.id, () => recording.media?.id, order], () => void refresh(), { immediate: true });
  onEngineEvent(({ type }) => {
    if (type === 'proposalsChanged' || type === 'eventsChanged') void refresh();
  });
  return { order, queue, total, here, refresh };
}
