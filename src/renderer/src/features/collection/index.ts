// The collection in the sidebar: where media come from, and which clips are asked for.
import { Bookmark, FilterX, ListChecks, Shapes } from '@lucide/vue';
import type { Feature } from '../../feature.ts';
import { client } from '../../engine/client.ts';
import { useFilter } from '../../stores/filter.ts';
import { useCollection } from '../../stores/collection.ts';
import { useJobs } from '../../stores/jobs.ts';
import { useSelection } from '../../stores/selection.ts';
import { useViews } from '../../stores/views.ts';
import FiltersSection from './FiltersSection.vue';
import SourcesSection from './SourcesSection.vue';
import ViewsSection from './ViewsSection.vue';

export const collectionFeature: Feature = {
  name: 'collection',
  sidebar: [
    { id: 'sources', title: 'Sources', component: SourcesSection, order: 1 },
    { id: 'filters', title: 'Filters', component: FiltersSection, order: 3 },
    { id: 'views', title: 'Saved views', component: ViewsSection, order: 4 },
  ],
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
