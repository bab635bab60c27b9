// What the window shows of the collection at a moment: filter, order, colours, list and selection, so that it can be
// brought back.
import type { ClipFilter, ColumnName } from '../../../shared/contract/clip.ts';
import type { SavedView } from '../../../shared/contract/view.ts';
import { useFilter } from './filter.ts';
import type { SortBy } from './filter.ts';
import { useMap } from './map.ts';
import { useScope } from './scope.ts';
import type { ClipList } from './scope.ts';
import { useSelection } from './selection.ts';

export interface ShownView {
  filter: ClipFilter;
  by: SortBy;
  descending: boolean;
  colourBy: ColumnName;
  list: ClipList | null;
  selected: ReadonlySet<number>;
}

export function useShownView() {
  const [filter, map, scope, selection] = [useFilter(), useMap(), useScope(), useSelection()];
  /** The part that a saved view keeps of itself. */
  const asked = (): Pick<SavedView, 'filter' | 'sort' | 'colourBy'> => ({
    filter: filter.criteria,
    sort: { by: filter.sortBy, descending: filter.descending },
    colourBy: map.colourBy,
  });
  const take = (): ShownView => ({
    filter: filter.criteria,
    by: filter.sortBy,
    descending: filter.descending,
    colourBy: map.colourBy,
    list: scope.list,
    selected: selection.ids,
  });
  function back(view: ShownView): void {
    filter.use(view.filter, view.by, view.descending);
    void map.colour(view.colourBy);
    if (view.list) scope.show(view.list);
    else scope.showAll();
    selection.put(view.selected);
  }
  /** Shows a saved view; its clips, where it keeps some, are listed and selected. */
  const bring = ({ filter: by, sort, colourBy, clipIds, name }: SavedView): void =>
    back({
      filter: by,
      by: sort.by,
      descending: sort.descending ?? false,
      colourBy,
      list: clipIds && { title: name, clipIds },
      selected: clipIds ? new Set(clipIds) : selection.ids,
    });
  return { asked, take, back, bring };
}
