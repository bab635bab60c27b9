// The collection: importing, the demo, moved folders, removal, and what there is in all.
import { implement } from '@orpc/server';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { contract } from '../../shared/contract/index.ts';
import { EngineError } from '../../shared/engineError.ts';
import { createDemoRunner } from './demoJob.ts';
import { chainEmbedding } from './chainEmbedding.ts';
import type { EngineContext } from './engineContext.ts';
import { createImportRunner } from './importJob.ts';

const nameOf = (paths: readonly string[]): string => (paths.length === 1 ? paths[0]! : `${paths.length} files and folders`);

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
    relink: os.relink.handler(({ input }) => {
      const before = workspace.roots.folderOf(input.rootId);
      const result = workspace.relink(input.rootId, resolve(input.path));
      if (result.found === 0) {
        if (existsSync(before)) workspace.relink(input.rootId, before);
        throw new EngineError('NOT_FOUND', 'none of the files of this root are in that folder', { path: input.path, hint: 'Choose the folder that now holds what the old one held.' });
      }
      events.publish({ type: 'clipsChanged', added: 0 });
      return result;
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
  context.jobs.register('import', createImportRunner(context));
  context.jobs.register('demo', createDemoRunner(context));
}
