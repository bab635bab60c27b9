// The journal of labels as steps: entries of one step and class are one line, however many clips it touched.
import { useDebounceFn } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { JournalEntry, LabelStep } from '../../../../shared/contract/annotation.ts';
import { client } from '../../engine/client.ts';
import { failureFrom } from '../../engine/failure.ts';
import type { Failure } from '../../engine/failure.ts';
import { latest } from '../../../../shared/async/latest.ts';
import { onEngineEvent } from '../../stores/eventRouter.ts';
import { useSchemas } from '../../stores/schemas.ts';
import { useSelection } from '../../stores/selection.ts';

export interface HistoryStep {
  step: number;
  classId: number;
  className: string;
  before: JournalEntry['before'];
  after: JournalEntry['after'];
  presence: JournalEntry['presence'];
  source: JournalEntry['source'];
  at: string;
  undone: boolean;
  clipIds: number[];
}
const limit = 500;
const gatherMs = 250;

/** Entries as they come, newest first; a class that a positive of the same step replaced goes without saying. */
export function stepsOf(entries: readonly JournalEntry[]): HistoryStep[] {
  const given = new Set(
    entries.flatMap(({ step, clipId, after }) => (after === 'positive' ? [`${step} ${clipId}`] : [])),
  );
  const steps = new Map<string, HistoryStep>();
  for (const { clipId, ...entry } of entries) {
    if (entry.after === null && given.has(`${entry.step} ${clipId}`)) continue;
    const key = `${entry.step} ${entry.classId} ${entry.after}`;
    const known = steps.get(key);
    if (known) known.clipIds.push(clipId);
    else steps.set(key, { ...entry, clipIds: [clipId] });
  }
  return [...steps.values()];
}

export function stepText({
  className,
  before,
  after,
  presence,
}: Pick<HistoryStep, 'className' | 'before' | 'after' | 'presence'>): string {
  if (after === null) return `${before === 'negative' ? 'not ' : ''}${className} removed`;
  const heard =
    presence === null
      ? ''
      : presence === 'both'
        ? ', heard and seen'
        : presence === 'audible'
          ? ', only heard'
          : ', only seen';
  return `${after === 'negative' ? 'not ' : ''}${className}${after === 'uncertain' ? ' (uncertain)' : ''}${heard}`;
}

export const useHistory = defineStore('history', () => {
  const [schemas, selection] = [useSchemas(), useSelection()];
  const entries = shallowRef<readonly JournalEntry[]>([]);
  const onlyOpen = ref(false);
  const loaded = ref(false);
  const failure = shallowRef<Failure | null>(null);
  const steps = computed(() => stepsOf(entries.value));
  const ask = latest((clipId: number | undefined) =>
    client.annotations.history({ limit, ...(clipId === undefined ? {} : { clipId }) }),
  );
  async function refresh(): Promise<void> {
    try {
      const found = await ask(onlyOpen.value && selection.current !== null ? selection.current : undefined);
      if (!found) return;
      [entries.value, failure.value, loaded.value] = [found, null, true];
    } catch (error) {
      failure.value = failureFrom(error);
    }
  }
  const soon = useDebounceFn(refresh, gatherMs, { maxWait: gatherMs * 4 });
  /** Puts a new step on top; one that was read already stays as it is. */
  function put({ entries: changed, step, source, at }: LabelStep): void {
    if (entries.value.some((entry) => entry.step === step)) return;
    const shown = changed.filter(({ clipId }) => !onlyOpen.value || clipId === selection.current);
    const rows = shown.map((entry) => ({
      step,
      source,
      at,
      ...entry,
      className: schemas.classById.get(entry.classId)?.name ?? `class ${entry.classId}`,
      undone: false,
    }));
    entries.value = [...rows.toReversed(), ...entries.value].slice(0, limit);
  }
  onEngineEvent((event) => {
    if (event.type === 'annotationsChanged' && event.step && loaded.value) put(event.step);
    else if (event.type === 'annotationsChanged' || event.type === 'schemasChanged') void soon();
  });
  watch([onlyOpen, () => (onlyOpen.value ? selection.current : null)], () => void refresh(), { immediate: true });
  return { steps, onlyOpen, loaded, failure, refresh };
});
