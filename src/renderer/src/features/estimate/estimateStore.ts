// The estimate that is shown: class, column and audit in use, where the audit stands, and its answers, each of which is a step of undo.
import { useLocalStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { Presence } from '../../../../shared/contract/labelValue.ts';
import type {
  AskedPresence,
  AuditAnswer,
  AuditDesign,
  AuditState,
  BudgetRow,
  Estimate,
} from '../../../../shared/contract/estimate.ts';
import { latest } from '../../../../shared/async/latest.ts';
import { client } from '../../engine/client.ts';
import { fieldOf, failureFrom } from '../../engine/failure.ts';
import type { Failure } from '../../engine/failure.ts';
import { onEngineEvent } from '../../stores/eventRouter.ts';
import { useSchemas } from '../../stores/schemas.ts';
import { useToasts } from '../../stores/toasts.ts';
import { useUndo } from '../../stores/undo.ts';
import { restoredFirst, withoutAnswered, type QueuedClip } from './auditQueue.ts';

export interface GivenAnswer {
  answer: AuditAnswer;
  presence: Presence | null;
}

/** What is asked: class, column and what counts. Kept from one start to the next. */
function useQuestion() {
  const schemas = useSchemas();
  const chosenId = useLocalStorage<number | null>('studio.estimate.class', null, {
    serializer: { read: (text) => (Number(text) > 0 ? Number(text) : null), write: String },
  });
  const by = useLocalStorage<string>('studio.estimate.by', '');
  const asked = useLocalStorage<AskedPresence>('studio.estimate.asked', 'any');
  const confidence = ref(0.95);
  const classes = computed(() =>
    schemas.list.flatMap((schema) =>
      schema.classes.map((one) => ({ ...one, schema: schema.name, schemaId: schema.id })),
    ),
  );
  const labelClass = computed(
    () =>
      classes.value.find(({ id }) => id === chosenId.value) ?? schemas.active?.classes[0] ?? classes.value[0] ?? null,
  );
  const classId = computed({
    get: () => labelClass.value?.id ?? null,
    set: (id) => (chosenId.value = id),
  });
  return { classes, labelClass, classId, by, asked, confidence };
}

interface AuditParts {
  classId: Ref<number | null>;
  state: ShallowRef<AuditState | null>;
  queue: ShallowRef<readonly QueuedClip[]>;
  chosenDesign: Ref<number | null>;
  /** Answers that are on their way to the engine. */
  pending: Set<number>;
  refresh(): Promise<void>;
}

/** What a person does with an audit: starts, answers and removes it. */
function useAuditActions({ classId, state, queue, chosenDesign, pending, refresh }: AuditParts) {
  const [toasts, undo] = [useToasts(), useUndo()];
  let last: QueuedClip | null = null;
  async function start(source: { kind: 'classifier' | 'detector'; id: number }, divideBy: string): Promise<void> {
    if (classId.value === null) return;
    try {
      const made = await client.estimates.start({
        classId: classId.value,
        source,
        seed: 1,
        ...(divideBy === '' ? {} : { by: divideBy }),
      });
      chosenDesign.value = made.id;
      await refresh();
    } catch (error) {
      toasts.fail(error, 'The audit could not be started');
    }
  }
  async function answer(given: GivenAnswer, label: boolean): Promise<void> {
    const [clip, design] = [queue.value[0], state.value?.design];
    if (!clip || !design) return;
    pending.add(clip.clipId);
    last = clip;
    queue.value = queue.value.slice(1);
    try {
      await undo.serialised(async () => {
        const done = await client.estimates.answer({
          designId: design.id,
          answers: [{ clipId: clip.clipId, ...given }],
          label,
        });
        undo.engine = done.undo;
        undo.pushAnnotation(`${given.answer}: ${design.class}`, done.undo.undoText);
      });
    } catch (error) {
      queue.value = [clip, ...queue.value];
      toasts.fail(error, 'The answer was not saved');
    } finally {
      pending.delete(clip.clipId);
    }
    await refresh();
  }
  async function remove(designId: number): Promise<void> {
    try {
      await client.estimates.remove({ designId });
      chosenDesign.value = null;
      await refresh();
    } catch (error) {
      toasts.fail(error, 'The audit could not be removed');
    }
  }
  return { start, answer, remove, lastAnswered: () => last };
}

/** What is known of the class that is shown. */
function useShown() {
  const designs = shallowRef<AuditDesign[]>([]);
  const chosenDesign = ref<number | null>(null);
  const state = shallowRef<AuditState | null>(null);
  const plain = shallowRef<Estimate | null>(null);
  const budget = shallowRef<{ rows: BudgetRow[]; notes: string[] } | null>(null);
  const [loaded, failure] = [ref(false), shallowRef<Failure | null>(null)];
  const queue = shallowRef<readonly QueuedClip[]>([]);
  const pending = new Set<number>();
  const estimate = computed<Estimate | null>(() => state.value?.estimate ?? plain.value);
  const current = computed(() => queue.value[0] ?? null);
  /** Another class: nothing that is held is of it. */
  function forget(): void {
    [state.value, plain.value, chosenDesign.value, queue.value, loaded.value] = [null, null, null, [], false];
  }
  return { designs, chosenDesign, state, plain, budget, loaded, failure, queue, pending, estimate, current, forget };
}

/** Asks the engine for all that is shown of a class; answers to earlier questions are dropped. */
function latestEstimate({ by, asked, confidence }: ReturnType<typeof useQuestion>, chosenDesign: Ref<number | null>) {
  return latest(async (id: number) => {
    const group = by.value === '' ? {} : { by: by.value };
    const own = await client.estimates.designs({ classId: id });
    const design =
      own.find((one) => one.id === chosenDesign.value) ?? own.find(({ audited }) => audited > 0) ?? own[0] ?? null;
    const common = { ...group, asked: asked.value, confidence: confidence.value };
    const [found, estimate, budgets] = await Promise.all([
      design ? client.estimates.state({ designId: design.id, next: 12, ...common }) : null,
      design ? null : client.estimates.estimate({ classId: id, ...common }),
      client.estimates.budget({ classId: id, ...common }),
    ]);
    return { id, own, found, estimate, budgets };
  });
}

export const useEstimate = defineStore('estimate', () => {
  const question = useQuestion();
  const { classId, by, asked } = question;
  const shown = useShown();
  const { designs, chosenDesign, state, plain, budget, loaded, failure, queue, pending } = shown;
  const ask = latestEstimate(question, chosenDesign);
  async function refresh(): Promise<void> {
    const id = classId.value;
    if (id === null) return;
    try {
      const answer = await ask(id);
      if (!answer || answer.id !== classId.value) return;
      const before = state.value?.design.id === answer.found?.design.id ? state.value : null;
      [designs.value, state.value, plain.value] = [answer.own, answer.found, answer.estimate];
      budget.value = answer.budgets.rows.some(({ events }) => events > 0) ? answer.budgets : null;
      const next = withoutAnswered(answer.found?.next ?? [], pending);
      const taken = before !== null && (answer.found?.design.audited ?? 0) < before.design.audited;
      queue.value = taken ? restoredFirst(next, actions.lastAnswered()) : next;
      [failure.value, loaded.value] = [null, true];
    } catch (error) {
      // A column that is gone is left, so that the panel comes back.
      if (by.value !== '' && fieldOf(error) === 'column') by.value = '';
      failure.value = failureFrom(error);
    }
  }
  watch([classId, by, asked, chosenDesign], refresh, { immediate: true });
  watch(classId, shown.forget);
  onEngineEvent(({ type }) => {
    if (type === 'auditsChanged' || type === 'metadataChanged' || type === 'clipsChanged' || type === 'eventsChanged')
      void refresh();
    else if (type === 'annotationsChanged' && state.value === null) void refresh();
    else if (type === 'classifiersChanged' || type === 'detectorsChanged') void refresh();
  });

  const actions = useAuditActions({ classId, state, queue, chosenDesign, pending, refresh });
  const { estimate, current } = shown;
  return {
    ...question,
    ...actions,
    designs,
    chosenDesign,
    state,
    estimate,
    budget,
    loaded,
    failure,
    queue,
    current,
    refresh,
  };
});
