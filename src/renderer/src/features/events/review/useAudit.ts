// Accepting in bulk what people's answers support.
import { computed, ref, shallowRef, watch } from 'vue';
import { percentText } from '../../../../../shared/percentText.ts';
import { client } from '../../../engine/client.ts';
import { useToasts } from '../../../stores/toasts.ts';
import { useUndo } from '../../../stores/undo.ts';
import { useProposals } from './proposalsStore.ts';

type Audit = Awaited<ReturnType<typeof client.events.audit>>;

/** What an audit at this precision (in percent) says. */
function auditWords(audit: Audit, precision: number): string {
  const { confidence, correct, audited, low, sample } = audit;
  if (confidence !== null)
    return `${correct} of ${audited} answers at or above a confidence of ${percentText(confidence)} were right: at least ${percentText(low ?? 0)} (95 %).`;
  return `Your answers do not support ${precision} % yet (${correct} right of ${audited}). Review ${sample.length || 'more'} proposals, the surest first.`;
}

export function useAudit() {
  const [proposals, toasts, undo] = [useProposals(), useToasts(), useUndo()];
  const precision = ref(90);
  const audited = shallowRef<Audit | null>(null);
  watch([() => proposals.detector?.id, precision], () => {
    audited.value = null;
  });
  const input = () => ({ detectorId: proposals.detector!.id, precision: precision.value / 100 });
  async function audit(): Promise<void> {
    if (!proposals.detector) return;
    try {
      audited.value = await client.events.audit(input());
    } catch (error) {
      toasts.fail(error, 'The answers could not be checked');
    }
  }
  async function acceptAudited(): Promise<void> {
    if (!proposals.detector) return;
    try {
      await undo.serialised(async () => {
        const done = await client.events.acceptAudited(input());
        const count = done.changed.toLocaleString('en');
        undo.engine = done.undo;
        undo.pushAnnotation(`accept ${count} proposals`, done.undo.undoText);
        toasts.show('success', `${count} events accepted`, {
          action: { text: 'Undo', run: () => void undo.undo() },
        });
      });
    } catch (error) {
      toasts.fail(error, 'The proposals were not accepted');
    }
    audited.value = null;
    await proposals.refresh();
  }
  const text = computed(() => (audited.value ? auditWords(audited.value, precision.value) : ''));
  return { precision, audited, text, audit, acceptAudited };
}
