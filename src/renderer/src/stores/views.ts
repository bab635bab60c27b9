// Saved views: filter, order and colours of the moment under a name, with the clips of a list or selection where there is one.
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { SavedView } from '../../../shared/contract/view.ts';
import { client } from '../engine/client.ts';
import { failureFrom } from '../engine/failure.ts';
import type { Failure } from '../engine/failure.ts';
import { inOrder } from '../../../shared/async/inOrder.ts';
import { useFilter } from './filter.ts';
import { useMap } from './map.ts';
import { useScope } from './scope.ts';
import { useSelection } from './selection.ts';
import { useToasts } from './toasts.ts';

export const useViews = defineStore('views', () => {
  const [filter, map, scope, selection, toasts] = [useFilter(), useMap(), useScope(), useSelection(), useToasts()];
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
        filter: filter.criteria,
        sort: { by: filter.sortBy, descending: filter.descending },
        colourBy: map.colourBy,
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
  /** Goes back to a view. A list of clips is shown in the grid and selected, which can be undone. */
  function show(view: SavedView): void {
    filter.use(view.filter, view.sort.by, view.sort.descending ?? false);
    void map.colour(view.colourBy);
    if (view.clipIds) {
      scope.show({ title: view.name, clipIds: view.clipIds });
      selection.select(view.clipIds);
    } else scope.showAll();
  }
  return { list, loaded, failure, naming, refresh, save, remove, show };
});
