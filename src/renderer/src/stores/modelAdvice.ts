// Whether the model in use fits what is in the collection: one that only knows drawn scenes says little of recorded media.
import { computed } from 'vue';
import type { ComputedRef } from 'vue';
import type { Model } from '../../../shared/contract/model.ts';
import { modelForRealVideo } from '../components/models/modelText.ts';
import { useCollection } from './collection.ts';
import { useModels } from './models.ts';

/** Null where the current model fits; else the model to use instead, where one is known. */
export function useModelAdvice(): ComputedRef<{ better: Model | null } | null> {
  const [collection, models] = [useCollection(), useModels()];
  return computed(() => {
    if (models.current?.trainedOn !== 'drawn' || !collection.summary || !collection.capabilities) return null;
    const workspace = collection.capabilities.workspace.path;
    const demo = [`${workspace}/demo`, `${workspace}\\demo`];
    const ownMedia = collection.summary.roots.some(({ path, mediaCount }) => mediaCount > 0 && !demo.includes(path));
    return ownMedia ? { better: modelForRealVideo(models.list) } : null;
  });
}
