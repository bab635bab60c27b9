// Starts learning and detecting, and accepts in bulk what an audit supports.
import { computed, ref, shallowRef, watch } from 'vue';
import { client } from '../../../engine/client.ts';
import { useToasts } from '../../../stores/toasts.ts';
import { useUndo } from '../../../stores/undo.ts';
import { useEvents } from '../eventsStore.ts';
import { useRecording } from '../recordingStore.ts';
import { useProposals } from './proposalsStore.ts';

type Audit = Awaited<ReturnType<typeof client.events.audit>>;

export function useDetector() {
  const [events, proposals, recording, toasts, undo] = [
    useEvents(),
    useProposals(),
    useRecording(),
    useToasts(),
    useUndo(),
  ];
  const starting = ref(false);
  const precision = ref(90);
  const audited = shallowRef<Audit | null>(null);
  const marked = shallowRef({ events: 0, recordings: 0, complete: 0 });

  async function count(): Promise<void> {
    const schemaId = events.schemaId;
    if (schemaId === null) return;
    const [facets, recordings] = await Promise.all([
      client.events.facets({ filter: { schemaId } }),
      client.events.recordings({ schemaId, limit: 10_000 }),
    ]);
    const complete = recordings.rows.filter((row) => row.completeSchemaIds.includes(schemaId)).length;
    marked.value = { events: facets.total, recordings: facets.recordings, complete };
  }
  watch([() => events.schemaId, () => events.rows], () => void count().catch(() => undefined), { immediate: true });
  watch([() => proposals.detector?.id, precision], () => {
    audited.value = null;
  });

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
  const audit = (): Promise<void> =>
    started(async () => {
      const { detector } = proposals;
      if (!detector) return;
      audited.value = await client.events.audit({ detectorId: detector.id, precision: precision.value / 100 });
    }, 'The answers could not be checked');
  async function acceptAudited(): Promise<void> {
    const { detector } = proposals;
    if (!detector) return;
    try {
      await undo.inTurn(async () => {
        const done = await client.events.acceptAudited({ detectorId: detector.id, precision: precision.value / 100 });
        undo.engine = done.undo;
        undo.pushAnnotation(`accept ${done.changed.toLocaleString('en')} proposals`, done.undo.undoText);
        toasts.show('success', `${done.changed.toLocaleString('en')} events accepted`, {
          action: { text: 'Undo', run: () => void undo.undo() },
        });
      });
    } catch (error) {
      toasts.fail(error, 'The proposals were not accepted');
    }
    audited.value = null;
    await proposals.refresh();
  }
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const auditText = computed(() => {
    const now = audited.value;
    if (!now) return '';
    if (now.confidence !== null)
      return `${now.correct} of ${now.audited} answers at or above a confidence of ${percent(now.confidence)} were right: at least ${percent(now.low ?? 0)} (95 %).`;
    return `Your answers do not support ${precision.value} % yet (${now.correct} right of ${now.audited}). Review ${now.sample.length || 'more'} proposals, the surest first.`;
  });
  return { starting, precision, audited, marked, learn, detect, audit, acceptAudited, auditText };
}
