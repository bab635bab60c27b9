// Labels spread from the labelled clips to their neighbours: how many of the likeliest to take, a sample checked by a
// person, accepted as one step.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { InferContractRouterOutputs } from '@orpc/contract';
import type { Contract } from '../../../../shared/contract/index.ts';
import { client } from '../../engine/client.ts';
import { failureFrom } from '../../engine/failure.ts';
import type { Failure } from '../../engine/failure.ts';
import { latest } from '../../../../shared/async/latest.ts';
import { useClips } from '../../stores/clips.ts';
import { onEngineEvent } from '../../stores/eventRouter.ts';
import { percentText } from '../../../../shared/percentText.ts';
import { useSchemas } from '../../stores/schemas.ts';
import type { ClipList } from '../../stores/scope.ts';
import { useScope } from '../../stores/scope.ts';
import { useToasts } from '../../stores/toasts.ts';
import { useUndo } from '../../stores/undo.ts';
import { auditSample } from './auditSample.ts';
import { wilson } from '../../components/wilson.ts';
import { plural } from '../../../../shared/plural.ts';

type Suggestion = InferContractRouterOutputs<Contract>['search']['propagate'][number];
export const auditSize = 12;
const mostSuggestions = 5000;
/** Where the cut stands at first: suggestions at least this likely. */
const likely = 0.8;

export const usePropagation = defineStore('propagation', () => {
  const [clips, schemas, scope, toasts, undo] = [useClips(), useSchemas(), useScope(), useToasts(), useUndo()];
  const suggestions = shallowRef<readonly Suggestion[] | null>(null);
  const count = ref(0);
  const seed = ref(0);
  /** What the person said of checked clips. */
  const answers = shallowRef<ReadonlyMap<number, boolean>>(new Map());
  const loading = ref(false);
  const accepting = ref(false);
  const failure = shallowRef<Failure | null>(null);
  /** Labels changed since the suggestions were made. */
  const stale = ref(false);
  /** Changes of labels that the engine told of. */
  let changes = 0;
  const shown = shallowRef<ClipList | null>(null);

  const top = computed(() => suggestions.value?.slice(0, count.value) ?? []);
  const lowest = computed(() => top.value.at(-1)?.probability ?? null);
  const perClass = computed(() =>
    schemas.classes
      .map((labelClass) => ({ labelClass, count: top.value.filter((one) => one.classId === labelClass.id).length }))
      .filter((one) => one.count > 0),
  );
  const sample = computed(() =>
    auditSample(
      top.value.map((one) => one.clipId),
      auditSize,
      seed.value,
    ),
  );
  const asked = computed(() => sample.value.filter((clipId) => answers.value.has(clipId)));
  const next = computed(() => sample.value.find((clipId) => !answers.value.has(clipId)) ?? null);
  const estimate = computed(() =>
    wilson(asked.value.filter((clipId) => answers.value.get(clipId)).length, asked.value.length),
  );
  const byClip = computed(() => new Map((suggestions.value ?? []).map((one) => [one.clipId, one])));

  const ask = latest((schemaId: number) => client.search.propagate({ schemaId, limit: mostSuggestions }));
  async function load(): Promise<void> {
    const schema = schemas.active;
    if (!schema) return;
    loading.value = true;
    const before = changes;
    try {
      const found = await ask(schema.id);
      if (!found) return;
      [suggestions.value, answers.value, failure.value, stale.value] = [found, new Map(), null, changes > before];
      seed.value++;
      const sure = found.filter((one) => one.probability >= likely).length;
      count.value = Math.min(found.length, Math.max(sure, Math.min(20, found.length)));
    } catch (error) {
      [failure.value, suggestions.value] = [failureFrom(error), null];
    }
    loading.value = false;
  }
  function answer(clipId: number, right: boolean): void {
    answers.value = new Map(answers.value).set(clipId, right);
  }
  /** Forgets the latest answer; returns its clip. */
  function takeBack(): number | null {
    const last = [...answers.value.keys()].findLast((clipId) => sample.value.includes(clipId)) ?? null;
    if (last !== null) answers.value = new Map([...answers.value].filter(([clipId]) => clipId !== last));
    return last;
  }
  const nameOf = (classId: number): string => schemas.classById.get(classId)?.name ?? 'label';
  const asList = (): ClipList => ({
    title: `Suggested labels, top ${count.value.toLocaleString('en')}`,
    clipIds: top.value.map((one) => one.clipId),
    reasons: new Map(
      top.value.map((one) => [
        one.clipId,
        `${nameOf(one.classId)} ${percentText(one.probability)}, spread from labelled neighbours`,
      ]),
    ),
  });
  /** The grid, and J and K, turn to the suggestions, and follow the cut. */
  function preview(): void {
    shown.value = asList();
    clips.want(shown.value.clipIds.slice(0, 200));
    scope.show(shown.value);
  }
  watch(top, () => {
    if (shown.value && scope.list === shown.value) preview();
  });

  /** One undo step; what was checked and found wrong is left out. */
  async function accept(): Promise<boolean> {
    const schema = schemas.active;
    const labels = top.value
      .filter((one) => answers.value.get(one.clipId) !== false)
      .map(({ clipId, classId }) => ({ clipId, classId }));
    if (!schema || labels.length === 0) return false;
    accepting.value = true;
    try {
      const { changed, skipped } = await undo.serialised(async () => {
        const accepted = await client.annotations.accept({ schemaId: schema.id, labels });
        undo.engine = accepted.undo;
        if (accepted.changed)
          undo.pushAnnotation(`accept ${plural(accepted.changed, 'suggested label')}`, accepted.undo.undoText);
        return accepted;
      });
      toasts.show(
        'success',
        `Accepted ${plural(changed, 'label')}${skipped ? `; ${plural(skipped, 'clip')} labelled meanwhile ${skipped === 1 ? 'stays' : 'stay'} as before` : ''}`,
        changed ? { action: { text: 'Undo', run: () => void undo.undo() } } : {},
      );
      await load();
      return true;
    } catch (error) {
      toasts.fail(error, 'The labels were not accepted');
      return false;
    } finally {
      accepting.value = false;
    }
  }
  onEngineEvent((event) => {
    if (event.type !== 'annotationsChanged' || accepting.value) return;
    changes += 1;
    if (suggestions.value) stale.value = true;
  });
  watch(
    () => schemas.active?.id,
    () => {
      suggestions.value = null;
    },
  );
  return {
    suggestions,
    count,
    answers,
    loading,
    accepting,
    failure,
    stale,
    top,
    lowest,
    perClass,
    sample,
    asked,
    next,
    estimate,
    byClip,
    load,
    answer,
    takeBack,
    preview,
    accept,
  };
});
