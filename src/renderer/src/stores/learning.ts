// The loop of labelling and learning for the active schema: how far it is to the next refit, and how good each refit
// was.
import { percentText } from '../../../shared/percentText.ts';
import { useDebounceFn } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import type { ClassifierComparison, LearningPoint, LearningState } from '../../../shared/contract/learning.ts';
import { client } from '../engine/client.ts';
import { failureFrom } from '../engine/failure.ts';
import type { Failure } from '../engine/failure.ts';
import { latest } from '../../../shared/async/latest.ts';
import { onEngineEvent } from './eventRouter.ts';
import { useJobs } from './jobs.ts';
import { useSchemas } from './schemas.ts';
import { useToasts } from './toasts.ts';
import { plural } from '../../../shared/plural.ts';

const gatherMs = 400;
export const useLearning = defineStore('learning', () => {
  const [jobs, schemas, toasts] = [useJobs(), useSchemas(), useToasts()];
  const state = shallowRef<LearningState | null>(null);
  const failure = shallowRef<Failure | null>(null);
  const ask = latest((schemaId: number) => client.learning.state({ schemaId }));

  /** It was not asked because the list of schemas was out of date: an undo may have taken this one away. */
  let missed = false;
  async function refresh(): Promise<void> {
    if (!schemas.active) state.value = null;
    missed = schemas.stale;
    if (!schemas.active || missed) return;
    try {
      state.value = (await ask(schemas.active.id)) ?? state.value;
      failure.value = null;
    } catch (error) {
      failure.value = failureFrom(error);
    }
  }
  const soon = useDebounceFn(refresh, gatherMs, { maxWait: gatherMs * 4 });
  onEngineEvent((event) => {
    const concerns =
      event.type === 'annotationsChanged' ||
      event.type === 'classifiersChanged' ||
      event.type === 'embeddingsChanged' ||
      event.type === 'schemasChanged' ||
      (event.type === 'jobChanged' && event.job.kind === 'refit');
    if (concerns) void soon();
  });
  watch(
    () => schemas.list,
    () => {
      if (missed) void refresh();
    },
  );
  watch(
    () => schemas.active?.id,
    () => void refresh(),
    { immediate: true },
  );

  const newest = computed(() => state.value?.points.at(-1) ?? null);
  /** Multi-label classifiers are told by their mean average precision. */
  const scoreOf = (point: { accuracy: number | null; mAP: number | null }): number | null =>
    schemas.active?.multiLabel ? point.mAP : point.accuracy;
  const brief = computed(() => {
    const now = state.value;
    if (!now || (now.waiting && !newest.value)) return null;
    const score = newest.value && scoreOf(newest.value) !== null ? percentText(scoreOf(newest.value)) : null;
    const loop = now.jobId
      ? 'refitting'
      : now.enabled
        ? `retrains in ${plural(Math.max(1, now.every - now.pending), 'label')}`
        : null;
    return [score, loop].filter(Boolean).join(' · ') || null;
  });
  const briefTitle = computed(
    () =>
      `Classifier that refits by itself after every ${state.value?.every ?? 12} labels${newest.value ? `; last score from ${plural(newest.value.labels, 'label')}` : ''}. Click for its learning curve.`,
  );

  async function guarded(doing: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      await refresh();
    } catch (error) {
      toasts.fail(error, doing);
    }
  }
  const setAutomatic = (enabled: boolean): Promise<void> =>
    guarded('Changing the automatic refit', () => client.learning.setAutomatic({ enabled }));
  const refit = (): Promise<void> =>
    guarded('Refitting', async () => {
      if (schemas.active) await jobs.start(client.learning.refit({ schemaId: schemas.active.id }), 'Refitting');
    });
  /** Two refits compared; null until the first is asked for. */
  const comparison = shallowRef<{ one: LearningPoint; other: LearningPoint; result: ClassifierComparison } | null>(
    null,
  );
  const compare = (one: LearningPoint, other: LearningPoint): Promise<void> =>
    guarded('Comparing', async () => {
      if (schemas.active)
        comparison.value = {
          one,
          other,
          result: await client.learning.compare({ schemaId: schemas.active.id, pointId: one.id, otherId: other.id }),
        };
    });
  watch(
    () => schemas.active?.id,
    () => {
      comparison.value = null;
    },
  );
  const restore = (pointId: number): Promise<void> =>
    guarded('Going back', async () => {
      if (!schemas.active) return;
      const { jobId } = await client.learning.restore({ schemaId: schemas.active.id, pointId });
      toasts.show(
        'success',
        jobId === null
          ? 'This classifier is in use again'
          : 'This classifier is in use again; its predictions are on their way',
      );
    });
  return {
    state,
    failure,
    newest,
    brief,
    briefTitle,
    scoreOf,
    comparison,
    refresh,
    setAutomatic,
    refit,
    compare,
    restore,
  };
});
