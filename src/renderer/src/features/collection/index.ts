// The collection in the sidebar: where media come from, and which clips are asked for.
import { Bookmark, FilterX, ListChecks, Shapes, Trash2 } from '@lucide/vue';
import type { Feature } from '../../feature.ts';
import { client } from '../../engine/client.ts';
import { useFilter } from '../../stores/filter.ts';
import { useCollection } from '../../stores/collection.ts';
import { useJobs } from '../../stores/jobs.ts';
import { useSelection } from '../../stores/selection.ts';
import { useViews } from '../../stores/views.ts';
import { defineAsyncComponent } from 'vue';
import FiltersSection from './FiltersSection.vue';
import SourcesSection from './SourcesSection.vue';
import ViewsSection from './ViewsSection.vue';
import { removing } from './removing.ts';

export const collectionFeature: Feature = {
  name: 'collection',
  sidebar: [
    { id: 'sources', title: 'Sources', component: SourcesSection, order: 1 },
    { id: 'filters', title: 'Filters', component: FiltersSection, order: 3 },
    { id: 'views', title: 'Saved views', component: ViewsSection, order: 4 },
  ],
  dialogs: [defineAsyncComponent(() => import('./RemoveClipsDialog.vue'))],
  commands: () => {
    const [collection, filter, jobs, selection, views] = [
      useCollection(),
      useFilter(),
      useJobs(),
      useSelection(),
      useViews(),
    ];
    return [
      {
        id: 'filter.clear',
        title: 'Clear all filters',
        group: 'Explore',
        icon: FilterX,
        enabled: () => filter.active,
        run: () => filter.clear(),
      },
      {
        id: 'views.save',
        title: 'Save this view…',
        group: 'Explore',
        icon: Bookmark,
        enabled: () => !collection.readOnly,
        run: () => {
          views.naming = 'view';
        },
      },
      {
        id: 'views.saveSelection',
        title: 'Save the selection as a view…',
        group: 'Explore',
        icon: ListChecks,
        enabled: () => !collection.readOnly && selection.size > 0,
        run: () => {
          views.naming = 'selection';
        },
      },
      {
        id: 'clips.remove',
        title: 'Remove the selected clips’ files from the collection…',
        group: 'Explore',
        keys: ['delete'],
        icon: Trash2,
        enabled: () => !collection.readOnly && selection.targets.length > 0,
        run: () => {
          removing.value = true;
        },
      },
      {
        id: 'explore.cluster',
        title: 'Find clusters',
        group: 'Explore',
        icon: Shapes,
        enabled: () => !collection.readOnly && (collection.summary?.embedded ?? 0) > 0,
        run: () => jobs.start(client.projections.cluster({}), 'Finding clusters'),
      },
    ];
  },
};
