// Saved views: filter, order and colours of the moment under a name, with the clips of a list or selection where there is one.
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { SavedView } from '../../../shared/contract/view.ts';
import { client } from '../engine/client.ts';
import { failureFrom } from '../engine/failure.ts';
import type { Failure } from '../engine/failure.ts';
import { inOrder } from '../engine/inOrder.ts';
import { useScope } from './scope.ts';
import { useShownView } from './shownView.ts';
import { useSelection } from './selection.ts';
import { useToasts } from './toasts.ts';
import { useUndo } from './undo.ts';

export const useViews = defineStore('views', () => {
  const shown = useShownView();
  const [scope, selection, toasts, undo] = [useScope(), useSelection(), useToasts(), useUndo()];
  const list = shallowRef<readonly SavedView[]>([]);
  const loaded = ref(false);
  const failure = shallowRef<Failure | null>(null);
  /** The dialog that asks for a name; what will be saved. */
  const naming = ref<'view' | 'selection' | null>(null);

  const read = inOrder(
    () => client.views.list(),
    (answer) => {
      [list.value, failure.value, loaded.value] = [answer, null, true];
    },
  );
  async function refresh(): Promise<void> {
    try {
      await read();
    } catch (error) {
      failure.value = failureFrom(error);
    }
  }
  /** Keeps what is asked for now; `selection` keeps the selected clips, and a list in the grid is kept with the view. */
  async function save(name: string, what: 'view' | 'selection'): Promise<boolean> {
    try {
      const clipIds = what === 'selection' ? [...selection.ids] : scope.list ? [...scope.list.clipIds] : null;
      await client.views.save({
        name: name.trim(),
        ...shown.asked(),
        clipIds,
      });
      await refresh();
      return true;
    } catch (error) {
      toasts.fail(error, 'Saving the view');
      return false;
    }
  }
  async function remove(view: SavedView): Promise<void> {
    try {
      await client.views.remove({ viewId: view.id });
      await refresh();
    } catch (error) {
      toasts.fail(error, 'Removing the view');
    }
  }
  /** Goes back to a view; one step of undo brings back what was shown before. */
  function show(view: SavedView): void {
    const before = shown.take();
    const apply = (): void => shown.bring(view);
    apply();
    undo.push({ text: `show the view ${view.name}`, kind: 'page', undo: () => shown.back(before), redo: apply });
  }
  return { list, loaded, failure, naming, refresh, save, remove, show };
});
