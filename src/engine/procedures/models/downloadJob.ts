// The download job: fetches an official checkpoint from its authors, verifies it and puts it into the catalogue. Paused or killed, it
// goes on where it broke off.
import type { JobParams, JobResult } from '../../../shared/contract/jobKinds.ts';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import { installOfficial } from '../../checkpoint/catalogue/addModel.ts';
import { authorsPage, officialModel } from '../../checkpoint/catalogue/officialModels.ts';
import { discardPart, download, type DownloadOptions } from '../../checkpoint/catalogue/download.ts';
import type { JobQueue } from '../../collection/jobs/jobQueue.ts';
import type { JobRunner } from '../../collection/jobs/jobTypes.ts';
import type { Job } from '../../../shared/contract/job.ts';
import type { EngineContext } from '../engineContext.ts';

export type DownloadParams = JobParams<'download'>;
export type DownloadResult = JobResult<'download'>;

/** What a download job is called; the tray shows it, and lists tell by it which models are on their way. */
export const downloadTitle = (name: string): string => `Download ${name}`;

/** The download of a model that is queued, running or paused. */
export const downloadOf = (jobs: Pick<JobQueue, 'list'>, name: string): Job | undefined =>
  jobs.list({ active: true, limit: 500 }).find((job) => job.kind === 'download' && job.title === downloadTitle(name));

const fetchedPath = (folder: string, modelId: string): string => join(folder, `${modelId}.fetched`);

/** @param find and `options` let a test put another server in the authors' place */
export function downloadJob(
  context: Pick<EngineContext, 'workspace' | 'events'>,
  find = officialModel,
  options: DownloadOptions = {},
): JobRunner<DownloadParams, null, DownloadResult> {
  return {
    lane: 'io',
    async run({ params: { modelId }, signal, progress }) {
      const entry = find(modelId);
      const url = entry?.url;
      if (!entry || !url)
        throw new EngineError('NOT_FOUND', `the authors publish no link for ${entry?.name ?? modelId}`, {
          hint: `See ${authorsPage} and add the file.`,
        });
      const folder = context.workspace.folder('models');
      const fetched = fetchedPath(folder, modelId);
      context.events.publish({ type: 'modelsChanged' });
      try {
        const sha256 = await download(url, fetched, {
          ...options,
          signal,
          ...(entry.sha256 && { expected: { sha256: entry.sha256 } }),
          progress: (bytes, total) =>
            progress({
              done: bytes,
              total,
              note: `${Math.round(bytes / 1e6)} of ${total === null ? '?' : Math.round(total / 1e6)} MB`,
            }),
        });
        progress({ done: 0, total: null, note: 'verifying' });
        await installOfficial(folder, entry, fetched, sha256, signal);
        await rm(fetched, { force: true });
      } catch (thrown) {
        const error = EngineError.from(thrown);
        // Whole but wrong: what was fetched can never become the model.
        if (error.code === 'BAD_INPUT' || error.code === 'CHECKPOINT_MISMATCH')
          await Promise.all([discardPart(fetched), rm(fetched, { force: true })]);
        throw error;
      } finally {
        context.events.publish({ type: 'modelsChanged' });
      }
      return { modelId };
    },
  };
}

/** Removes what a cancelled download left. */
export async function forgetDownload(folder: string, modelId: string): Promise<void> {
  const fetched = fetchedPath(folder, modelId);
  await Promise.all([discardPart(fetched), rm(fetched, { force: true })]);
}
