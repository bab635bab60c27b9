// How each layout arranges the panels before anyone moves them.
import type { DockviewApi } from 'dockview-vue';
import type { LayoutName } from '../stores/layout.ts';

interface Placement {
  id: string;
  beside?: string;
  direction?: 'right' | 'below' | 'within';
  width?: number;
  height?: number;
}

/** Sizes are shares of the dock. A panel whose reference is not there goes to the edge it names. */
const arrangements: Record<LayoutName, readonly Placement[]> = {
  explore: [
    { id: 'map' },
    { id: 'clip', beside: 'map', direction: 'right', width: 0.32 },
    { id: 'grid', beside: 'map', direction: 'below', height: 0.36 },
    { id: 'reconstruct', beside: 'clip', direction: 'within' },
    { id: 'search', beside: 'grid', direction: 'within' },
    { id: 'clusters', beside: 'grid', direction: 'within' },
    { id: 'training', beside: 'grid', direction: 'within' },
  ],
  label: [
    { id: 'queue' },
    { id: 'clip', beside: 'queue', direction: 'right', width: 0.46 },
    { id: 'grid', beside: 'queue', direction: 'within' },
    { id: 'map', beside: 'queue', direction: 'below', height: 0.42 },
    { id: 'timeline', beside: 'map', direction: 'within' },
    { id: 'learning', beside: 'map', direction: 'within' },
    { id: 'spread', beside: 'map', direction: 'within' },
    { id: 'history', beside: 'map', direction: 'within' },
  ],
  events: [
    { id: 'events' },
    { id: 'detector', beside: 'events', direction: 'right', width: 0.3 },
    { id: 'grid', beside: 'detector', direction: 'below', height: 0.36 },
    { id: 'eventList', beside: 'events', direction: 'below', height: 0.28 },
  ],
  train: [
    { id: 'training' },
    { id: 'estimate', beside: 'training', direction: 'within' },
    { id: 'map', beside: 'training', direction: 'right', width: 0.42 },
    { id: 'grid', beside: 'map', direction: 'below', height: 0.5 },
    { id: 'clip', beside: 'grid', direction: 'within' },
  ],
  inspect: [
    { id: 'reconstruct' },
    { id: 'localise', beside: 'reconstruct', direction: 'within' },
    { id: 'attention', beside: 'reconstruct', direction: 'within' },
    { id: 'clip', beside: 'reconstruct', direction: 'right', width: 0.34 },
    { id: 'grid', beside: 'clip', direction: 'below', height: 0.34 },
  ],
};

/** Fills an empty dock with the layout's arrangement; panels that no feature offers are left out. */
export function arrange(api: DockviewApi, layout: LayoutName, titles: ReadonlyMap<string, string>): void {
  for (const { id, beside, direction, width, height } of arrangements[layout]) {
    const title = titles.get(id);
    if (title === undefined) continue;
    const reference = beside !== undefined && api.getPanel(beside) ? beside : undefined;
    const position = reference
      ? { position: { referencePanel: reference, direction: direction! } }
      : api.panels.length > 0
        ? { position: { direction: direction === 'below' ? ('below' as const) : ('right' as const) } }
        : {};
    api.addPanel({
      id,
      title,
      component: id,
      renderer: 'always',
      inactive: direction === 'within',
      ...position,
      ...(width ? { initialWidth: Math.round(api.width * width) } : {}),
      ...(height ? { initialHeight: Math.round(api.height * height) } : {}),
    });
  }
}
