// The model catalogue as the panels of this feature offer it, and the model they begin with.
import { computed, ref, watch } from 'vue';
import type { ComputedRef, Ref } from 'vue';
import type { Model } from '../../../../shared/contract/model.ts';
import { useModels as useModelStore } from '../../stores/models.ts';

export function useModels(): ComputedRef<Model[]> {
  const store = useModelStore();
  return computed(() => store.list);
}

/**
 * A choice of model that is the workspace's current one, and follows it, until a person chooses another.
 * @param usable a current model that is not is passed over for the shipped one
 */
export function followCurrentModel(usable: (model: Model) => boolean = () => true): Ref<string> {
  const store = useModelStore();
  const wanted = (): string =>
    store.current && store.current.state === 'ready' && usable(store.current) ? store.current.id : 'shipped';
  const modelId = ref(wanted());
  watch(wanted, (now, before) => {
    if (modelId.value === before) modelId.value = now;
  });
  return modelId;
}
