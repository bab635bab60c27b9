// Saved views: filter, order and colours of the moment under a name, with the clips of a list or selection where there
// is one.
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { SavedView } from '../../../shared/contract/view.ts';
import { client } from '../engine/client.ts';
import { failureFrom } from '../engine/failure.ts';
import type { Failure } from '../engine/failure.ts';
import { inOrder } from '../../../shared/async/inOrder.ts';
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
  /** Changes the views and reads them again; `false`, and a message, where that fails. */
  async function change(doing: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      await refresh();
      return true;
    } catch (error) {
      toasts.fail(error, doing);
      return false;
    }
  }
  /**
   * Keeps what is asked for now; `selection` keeps the selected clips, and a list in the grid is kept with the view.
   */
  const save = (name: string, what: 'view' | 'selection'): Promise<boolean> =>
    change('Saving the view', () => {
      const clipIds = what === 'selection' ? [...selection.ids] : scope.list ? [...scope.list.clipIds] : null;
      return client.views.save({ name: name.trim(), ...shown.asked(), clipIds });
    });
  const rename = ({ id }: SavedView, name: string): Promise<boolean> =>
    change('Renaming the view', () => client.views.rename({ viewId: id, name: name.trim() }));
  const remove = ({ id }: SavedView): Promise<boolean> =>
    change('Removing the view', () => client.views.remove({ viewId: id }));
  /** Goes back to a view; one step of undo brings back what was shown before. */
  function show(view: SavedView): void {
    const before = shown.take();
    const apply = (): void => shown.bring(view);
    apply();
    undo.push({ text: `show the view ${view.name}`, kind: 'page', undo: () => shown.back(before), redo: apply });
  }
  return { list, loaded, failure, naming, refresh, save, rename, remove, show };
});
