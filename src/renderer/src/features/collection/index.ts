// The collection in the sidebar: where media come from, and which clips are asked for.
import { FilterX, Shapes } from '@lucide/vue';
import type { Feature } from '../../feature.ts';
import { client } from '../../engine/client.ts';
import { useFilter } from '../../stores/filter.ts';
import { useJobs } from '../../stores/jobs.ts';
import FiltersSection from './FiltersSection.vue';
import SourcesSection from './SourcesSection.vue';

export const collectionFeature: Feature = {
  name: 'collection',
  sidebar: [{ id: 'sources', title: 'Sources', component: SourcesSection, order: 1 }, { id: 'filters', title: 'Filters', component: FiltersSection, order: 3 }],
  commands: () => {
    const [filter, jobs] = [useFilter(), useJobs()];
    return [
      { id: 'filter.clear', title: 'Clear all filters', group: 'Explore', icon: FilterX, enabled: () => filter.active, run: () => filter.clear() },
      { id: 'explore.cluster', title: 'Find clusters', group: 'Explore', icon: Shapes, run: () => jobs.start(client.projections.cluster({}), 'Finding clusters') },
      { id: 'explore.correspondence', title: 'Score how well sound and picture fit', group: 'Explore', run: () => jobs.start(client.search.correspondence(), 'Scoring correspondence') },
    ];
  },
};
