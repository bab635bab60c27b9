// The model catalogue as the panels of this feature offer it, read again when it changes.
import { onBeforeUnmount, onMounted, shallowRef } from 'vue';
import type { ShallowRef } from 'vue';
import type { Model } from '../../../../shared/contract/model.ts';
import { client } from '../../engine/client.ts';
import { inOrder } from '../../../../shared/async/inOrder.ts';
import { onEngineEvent } from '../../stores/eventRouter.ts';
import { useToasts } from '../../stores/toasts.ts';

export function useModels(): ShallowRef<Model[]> {
  const toasts = useToasts();
  const models = shallowRef<Model[]>([]);
  const read = inOrder(
    () => client.models.list(),
    (answer) => {
      models.value = answer;
    },
  );
  async function load(): Promise<void> {
    try {
      await read();
    } catch (error) {
      toasts.fail(error, 'Reading the models');
    }
  }
  onMounted(() => void load());
  onBeforeUnmount(
    onEngineEvent((event) => {
      if (event.type === 'modelsChanged') void load();
    }),
  );
  return models;
}
