// The collection: importing, the demo, moved folders, removal, and what there is in all.
import { implement } from '@orpc/server';
import { access } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { contract } from '../../../shared/contract/index.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { createDemoRunner } from './demoJob.ts';
import { chainEmbedding, embedAlongside } from './chainEmbedding.ts';
import type { EngineContext } from '../engineContext.ts';
import { createImportRunner } from './importJob.ts';

const nameOf = (paths: readonly string[]): string =>
  paths.length === 1 ? paths[0]! : `${paths.length} files and folders`;

/**
 * Whether a file of the root lies under `folder` where it lay under the root's own. Throws NOT_FOUND for an unknown
 * root.
 */
async function holdsAnyOf({ workspace }: EngineContext, rootId: number, folder: string): Promise<boolean> {
  const before = workspace.roots.folderOf(rootId);
  const paths = new Set(
    workspace.clips.many(workspace.clips.ids({ rootIds: [rootId] })).map((clip) => relative(before, clip.absolutePath)),
  );
  for (const path of paths)
    if (
      await access(join(folder, path)).then(
        () => true,
        () => false,
      )
    )
      return true;
  return false;
}

export function createCollectionProcedures(context: EngineContext) {
  const { workspace, jobs, events } = context;
  const os = implement(contract.collection);
  return {
    summary: os.summary.handler(() => workspace.summary()),
    import: os.import.handler(({ input }) => {
      const params = { ...input, paths: input.paths.map((path) => resolve(path)) };
      const jobId = jobs.add('import', `Import ${nameOf(input.paths)}`, params);
      if (input.embed) chainEmbedding(jobs, jobId);
      return { jobId };
    }),
    demo: os.demo.handler(() => ({ jobId: jobs.add('demo', 'Make the demo collection', {}) })),
    relink: os.relink.handler(async ({ input }) => {
      const folder = resolve(input.path);
      // Looked for before anything is changed: a wrong folder must not become the root's.
      if (!(await holdsAnyOf(context, input.rootId, folder))) {
        throw new EngineError('NOT_FOUND', 'none of the files of this root are in that folder', {
          path: folder,
          hint: 'Choose the folder that now holds what the old one held.',
        });
      }
      const result = workspace.relink(input.rootId, folder);
      events.publish({ type: 'sourcesChanged' });
      events.publish({ type: 'clipsChanged', added: 0 });
      return result;
    }),
    watch: os.watch.handler(({ input }) => {
      workspace.roots.watch(input.rootId, input.watched);
      const changed = workspace.roots.list().find(({ id }) => id === input.rootId)!;
      if (!input.watched) workspace.roots.prune();
      events.publish({ type: 'sourcesChanged' });
      return changed;
    }),
    renameSource: os.renameSource.handler(({ input: { rootId, name } }) => {
      workspace.roots.rename(rootId, name);
      events.publish({ type: 'sourcesChanged' });
      return workspace.roots.list().find(({ id }) => id === rootId)!;
    }),
    removeSource: os.removeSource.handler(({ input: { rootId } }) => {
      const mediaIds = workspace.roots.mediaOf(rootId);
      // Unwatched first: what a watched folder loses comes back by itself.
      workspace.roots.watch(rootId, false);
      if (mediaIds.length) workspace.removeMedia(mediaIds);
      workspace.roots.prune([rootId]);
      events.publish({ type: 'sourcesChanged' });
      events.publish({ type: 'clipsChanged', added: 0 });
      return { removed: mediaIds.length };
    }),
    removeMedia: os.removeMedia.handler(({ input }) => {
      workspace.removeMedia(input.mediaIds);
      events.publish({ type: 'clipsChanged', added: 0 });
      return {};
    }),
  };
}

/** Registers the jobs this file starts: `import` and `demo`. Call before `jobs.start()`. */
export function registerCollectionJobs(context: EngineContext): void {
  const onFirstClips = (jobId: number): void => void embedAlongside(context.jobs, jobId);
  context.jobs.register('import', createImportRunner(context, { onFirstClips }));
  context.jobs.register('demo', createDemoRunner(context));
}
