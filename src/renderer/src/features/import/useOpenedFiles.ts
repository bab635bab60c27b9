// Files that the person opened with the application from their file manager: media are offered for import, checkpoints
// added to the models.
import { onScopeDispose } from 'vue';
import { bridge } from '../../engine/bridge.ts';
import { client } from '../../engine/client.ts';
import { useCollection } from '../../stores/collection.ts';
import { isModelFile } from '../../stores/models.ts';
import { useToasts } from '../../stores/toasts.ts';
import { useImport } from './importStore.ts';

/** Listens for the life of the window; without a desktop shell nothing arrives. */
export function useOpenedFiles(): void {
  const [collection, store, toasts] = [useCollection(), useImport(), useToasts()];
  const stop = bridge().onOpenFiles?.(async (paths) => {
    if (collection.readOnly) return void toasts.show('warning', 'This workspace is open for reading only');
    const media = paths.filter((path) => !isModelFile(path));
    if (media.length > 0) {
      store.open = true;
      store.add(media);
    }
    for (const path of paths.filter(isModelFile)) {
      try {
        const { name } = await client.models.add({ path });
        toasts.show('success', `${name} was added to the models`);
      } catch (error) {
        toasts.fail(error, 'Adding the checkpoint');
      }
    }
  });
  onScopeDispose(() => stop?.());
}
