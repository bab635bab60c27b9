// Saved views, kept among the workspace's settings.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { SavedView } from '../../../shared/contract/view.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { EngineContext } from '../engineContext.ts';

const key = 'views';

export const savedViews = ({ settings }: EngineContext['workspace']): SavedView[] =>
  settings.get<SavedView[]>(key) ?? [];

export function createViewsProcedures({ workspace }: EngineContext) {
  const os = implement(contract.views);
  const read = (): SavedView[] => savedViews(workspace);
  return {
    list: os.list.handler(() => {
      const views = read();
      if (views.every(({ clipIds }) => clipIds === null)) return views;
      const existing = new Set(workspace.clips.ids());
      return views.map((view) => ({
        ...view,
        clipIds: view.clipIds && view.clipIds.filter((clipId) => existing.has(clipId)),
      }));
    }),
    save: os.save.handler(({ input }) => {
      const views = read();
      const same = views.find(({ name }) => name.toLowerCase() === input.name.toLowerCase());
      const saved: SavedView = { ...input, id: same?.id ?? Math.max(0, ...views.map(({ id }) => id)) + 1 };
      workspace.settings.set(key, same ? views.map((view) => (view.id === same.id ? saved : view)) : [...views, saved]);
      return saved;
    }),
    rename: os.rename.handler(({ input: { viewId, name } }) => {
      const views = read();
      const view = views.find(({ id }) => id === viewId);
      if (!view) throw new EngineError('NOT_FOUND', `there is no saved view ${viewId}`, { field: 'viewId' });
      if (views.some((other) => other.id !== viewId && other.name.toLowerCase() === name.toLowerCase()))
        throw new EngineError('CONFLICT', `another view is called ${name}`, {
          field: 'name',
          hint: 'Choose another name.',
        });
      const renamed: SavedView = { ...view, name };
      workspace.settings.set(
        key,
        views.map((other) => (other.id === viewId ? renamed : other)),
      );
      return renamed;
    }),
    remove: os.remove.handler(({ input: { viewId } }) => {
      const views = read();
      if (!views.some(({ id }) => id === viewId))
        throw new EngineError('NOT_FOUND', `there is no saved view ${viewId}`, { field: 'viewId' });
      workspace.settings.set(
        key,
        views.filter(({ id }) => id !== viewId),
      );
      return {};
    }),
  };
}
