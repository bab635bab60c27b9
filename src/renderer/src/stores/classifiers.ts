// Classifiers of the workspace; the current one's predictions are what clips and the map show.
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { Classifier } from '../../../shared/contract/model.ts';
import { client } from '../engine/client.ts';
import { inOrder } from '../../../shared/async/inOrder.ts';

export const useClassifiers = defineStore('classifiers', () => {
  const list = shallowRef<Classifier[]>([]);
  const current = computed<Classifier | null>(() => list.value.find((one) => one.current) ?? null);
  const refresh = inOrder(
    () => client.classifiers.list(),
    (answer) => {
      list.value = answer;
    },
  );
  async function use(classifierId: number | null): Promise<void> {
    await client.classifiers.use({ classifierId });
    await refresh();
  }
  return { list, current, refresh, use };
});
