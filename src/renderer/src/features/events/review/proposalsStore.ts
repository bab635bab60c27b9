// What a detector proposes: the one in use, its open proposals in review order, and the answers, each of which is a label.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { Detector, EventProposal } from '../../../../../shared/contract/event.ts';
import { client } from '../../../engine/client.ts';
import { latest } from '../../../engine/latest.ts';
import { onEngineEvent } from '../../../stores/eventRouter.ts';
import { useToasts } from '../../../stores/toasts.ts';
import { useUndo } from '../../../stores/undo.ts';
import { useEvents } from '../eventsStore.ts';
import { useRecording } from '../recordingStore.ts';

export type ReviewOrder = 'useful' | 'time' | 'confidence';
type Answer = 'accept' | 'adjust' | 'reject';
const pageSize = 200;

export const useProposals = defineStore('proposals', () => {
  const [events, recording, toasts, undo] = [useEvents(), useRecording(), useToasts(), useUndo()];
  const detectors = shallowRef<Detector[]>([]);
  const chosenId = ref<number | null>(null);
  const order = ref<ReviewOrder>('useful');
  const queue = shallowRef<EventProposal[]>([]);
  const total = ref(0);
  const here = shallowRef<EventProposal[]>([]);
  const currentId = ref<number | null>(null);
  const reviewing = ref(false);
  /** Edges of the current proposal as the person has moved them. */
  const adjusted = ref<{ onsetS: number; offsetS: number } | null>(null);
  const ofSchema = computed(() => detectors.value.filter(({ schemaId }) => schemaId === events.schemaId));
  const detector = computed(
    () => ofSchema.value.find(({ id }) => id === chosenId.value) ?? ofSchema.value.at(-1) ?? null,
  );
  const current = computed(() => [...queue.value, ...here.value].find(({ id }) => id === currentId.value) ?? null);

  async function refreshDetectors(): Promise<void> {
    detectors.value = await client.events.detectors();
  }
  const askQueue = latest((detectorId: number) =>
    client.events.proposals({ detectorId, open: true, order: order.value, limit: pageSize }),
  );
  const askHere = latest((detectorId: number, mediaId: number) =>
    client.events.proposals({ detectorId, mediaIds: [mediaId], open: true, order: 'time', limit: 2000 }),
  );
  async function refresh(): Promise<void> {
    const [detectorId, mediaId] = [detector.value?.id, recording.media?.id];
    if (detectorId === undefined) {
      [queue.value, here.value, total.value] = [[], [], 0];
      return;
    }
    const [all, some] = await Promise.all([
      askQueue(detectorId),
      mediaId === undefined ? undefined : askHere(detectorId, mediaId),
    ]);
    if (all) [queue.value, total.value] = [all.rows, all.total];
    if (mediaId === undefined) here.value = [];
    else if (some) here.value = some.rows;
  }
  const quietly = (work: () => Promise<void>): void =>
    void work().catch((error: unknown) => toasts.fail(error, 'Detectors could not be read'));
  watch([() => detector.value?.id, () => recording.media?.id, order], () => quietly(refresh));
  onEngineEvent((event) => {
    if (event.type === 'detectorsChanged') quietly(refreshDetectors);
    if (event.type === 'proposalsChanged' || event.type === 'eventsChanged') quietly(refresh);
  });
  quietly(refreshDetectors);

  /** Opens a proposal in the timeline, with some time around it. */
  function open(proposalId: number): void {
    const found = [...here.value, ...queue.value].find(({ id }) => id === proposalId);
    if (!found) return;
    [currentId.value, reviewing.value, adjusted.value] = [proposalId, true, null];
    void recording.show(found.mediaId, found.onsetS, found.offsetS);
  }
  function step(from = currentId.value): void {
    const at = queue.value.findIndex(({ id }) => id === from);
    const next = queue.value[at + 1] ?? queue.value.find(({ id }) => id !== from);
    if (next) open(next.id);
    else [currentId.value, reviewing.value] = [null, false];
  }
  async function answer(kind: Answer): Promise<void> {
    const proposal = current.value;
    if (!proposal) return;
    const edges = adjusted.value;
    const answered = kind === 'accept' && edges ? 'adjust' : kind;
    step();
    queue.value = queue.value.filter(({ id }) => id !== proposal.id);
    here.value = here.value.filter(({ id }) => id !== proposal.id);
    try {
      await undo.inTurn(async () => {
        const done = await client.events.answer({
          answers: [{ proposalId: proposal.id, answer: answered, ...(answered === 'adjust' ? edges : {}) }],
        });
        undo.engine = done.undo;
        undo.pushAnnotation(`${kind} ${proposal.class}`, done.undo.undoText);
        if (done.refitJobId !== null) toasts.show('info', 'The detector learns again from your answers.');
      });
    } catch (error) {
      toasts.fail(error, 'The answer was not saved');
    }
    await refresh();
  }
  return {
    detectors,
    ofSchema,
    detector,
    chosenId,
    order,
    queue,
    total,
    here,
    current,
    reviewing,
    adjusted,
    refresh,
    refreshDetectors,
    open,
    step,
    answer,
  };
});
