// The job that puts the reconstructions of many clips on one HTML page. Sections wait in a file, so that a killed job
// goes on where it was.
import type { JobParams, JobResult, JobState } from '../../../shared/contract/jobKinds.ts';
import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import { listModels, resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import { galleryHtml, gallerySection } from '../../figures/galleryHtml.ts';
import { inputOfClip } from '../inputs/clipInputs.ts';
import type { EngineContext } from '../engineContext.ts';
import { maskingText, pictured } from './pictured.ts';

export type GalleryParams = JobParams<'gallery'>;
type GalleryState = JobState<'gallery'>;
export type GalleryResult = JobResult<'gallery'>;

async function run(context: EngineContext, job: JobContext<GalleryParams, GalleryState>): Promise<GalleryResult> {
  const { workspace, data } = context;
  const { clipIds, modelId, frame, mask, path: target } = job.params;
  const model = resolveModel(workspace, modelId);
  const waiting = path.join(workspace.folder('previews'), `gallery-${job.jobId}.part`);
  const state: GalleryState = job.state ?? { done: 0, perPatchStatistics: false, failed: [] };
  if (state.done === 0) await writeFile(waiting, '');
  for (const clipId of clipIds.slice(state.done)) {
    job.signal.throwIfAborted();
    const clip = workspace.clips.get(clipId);
    const name = clip
      ? `${path.basename(clip.absolutePath)}${clip.startS > 0 ? `, from ${clip.startS} s` : ''}`
      : `Clip ${clipId}`;
    try {
      const { path: input } = await inputOfClip(context, clipId, job.signal);
      const sides = await pictured(context, { model, input, frame, mask }, job.signal);
      state.perPatchStatistics = sides.perPatchStatistics;
      // One line a section; a line written twice after a kill counts once.
      await appendFile(waiting, `${JSON.stringify({ clipId, section: await gallerySection(name, sides) })}\n`);
    } catch (thrown) {
      const { code, message } = EngineError.from(thrown);
      if (job.signal.aborted || code === 'CANCELLED' || code === 'CHECKPOINT_MISMATCH' || code === 'DISK_FULL')
        throw thrown;
      state.failed.push({ name, message });
      job.itemFailed({ path: clip?.absolutePath ?? '', clipId, code, message });
    }
    state.done++;
    job.saveState(state);
    job.progress({ done: state.done, total: clipIds.length });
  }
  const sections = new Map(
    (await readFile(waiting, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { clipId: number; section: string })
      .map(({ clipId, section }) => [clipId, section]),
  );
  if (sections.size === 0)
    throw new EngineError('DECODE_FAILED', 'no clip could be reconstructed; the list of failures says why');
  const { name = modelId, trained = true } = (await listModels(workspace)).find(({ id }) => id === modelId) ?? {};
  const html = galleryHtml([...sections.values()], {
    model: name,
    masking: maskingText(mask),
    frame,
    trained,
    perPatchStatistics: state.perPatchStatistics,
    failed: state.failed,
  });
  await rm(waiting, { force: true });
  if (target === undefined)
    return { clips: sections.size, dataUrl: data.put(`galleries/${job.jobId}.html`, new TextEncoder().encode(html)) };
  await writeFile(`${target}.part`, html);
  await rename(`${target}.part`, target);
  return { clips: sections.size, file: target };
}

export const createGalleryRunner = (context: EngineContext): JobRunner<GalleryParams, GalleryState, GalleryResult> => ({
  lane: 'compute',
  run: (job) => run(context, job),
});
