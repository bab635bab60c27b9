// What a detector proposes: the one in use, the proposal under review, and the answers, each of which is a label.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Detector } from '../../../../../shared/contract/event.ts';
import { client } from '../../../engine/client.ts';
import { onEngineEvent } from '../../../stores/eventRouter.ts';
import { useToasts } from '../../../stores/toasts.ts';
import { useUndo } from '../../../stores/undo.ts';
import { useEvents } from '../eventsStore.ts';
import { useRecording } from '../recordingStore.ts';
import { useProposalLists } from './useProposalLists.ts';

type Answer = 'accept' | 'adjust' | 'reject';

/** The detectors of the schema in use, and which of them is looked at: the newest unless another was chosen. */
function useDetectors() {
  const [events, toasts] = [useEvents(), useToasts()];
  const detectors = shallowRef<Detector[]>([]);
  const chosenId = ref<number | null>(null);
  const ofSchema = computed(() => detectors.value.filter(({ schemaId }) => schemaId === events.schemaId));
  const detector = computed(() => ofSchema.value.find(({ id }) => id === chosenId.value) ?? ofSchema.value[0] ?? null);
  async function refreshDetectors(): Promise<void> {
    try {
      detectors.value = await client.events.detectors();
    } catch (error) {
      toasts.fail(error, 'Detectors could not be read');
    }
  }
  onEngineEvent(({ type }) => {
    if (type === 'detectorsChanged') void refreshDetectors();
  });
  void refreshDetectors();
  return { ofSchema, chosenId, detector };
}

export const useProposals = defineStore('proposals', () => {
  const [recording, toasts, undo] = [useRecording(), useToasts(), useUndo()];
  const { ofSchema, chosenId, detector } = useDetectors();
  const lists = useProposalLists(detector);
  const { queue, here } = lists;
  const currentId = ref<number | null>(null);
  const reviewing = ref(false);
  /** Edges of the proposal under review as the person has moved them. */
  const adjusted = ref<{ onsetS: number; offsetS: number } | null>(null);
  const current = computed(() => [...queue.value, ...here.value].find(({ id }) => id === currentId.value) ?? null);

  /** Opens a proposal in the timeline, with some time around it. */
  function open(proposalId: number): void {
    const found = [...here.value, ...queue.value].find(({ id }) => id === proposalId);
    if (!found) return;
    [currentId.value, reviewing.value, adjusted.value] = [proposalId, true, null];
    void recording.show(found.mediaId, found.onsetS, found.offsetS);
  }
  /** The proposal after the current one, or the end of the review. */
  function step(): void {
    const at = queue.value.findIndex(({ id }) => id === currentId.value);
    const next = queue.value[at + 1] ?? queue.value.find(({ id }) => id !== currentId.value);
    if (next) open(next.id);
    else [currentId.value, reviewing.value] = [null, false];
  }
  async function answer(kind: Answer): Promise<void> {
    const [proposal, edges] = [current.value, adjusted.value];
    if (!proposal) return;
    const given = kind === 'accept' && edges ? 'adjust' : kind;
    step();
    queue.value = queue.value.filter(({ id }) => id !== proposal.id);
    here.value = here.value.filter(({ id }) => id !== proposal.id);
    try {
      await undo.serialised(async () => {
        const done = await client.events.answer({
          answers: [{ proposalId: proposal.id, answer: given, ...(given === 'adjust' ? edges : {}) }],
        });
        undo.engine = done.undo;
        undo.pushAnnotation(`${kind} ${proposal.class}`, done.undo.undoText);
        if (done.refitJobId !== null) toasts.show('info', 'The detector learns again from your answers.');
      });
    } catch (error) {
      toasts.fail(error, 'The answer was not saved');
    }
    await lists.refresh();
  }
  return { ...lists, ofSchema, chosenId, detector, current, reviewing, adjusted, open, step, answer };
});
