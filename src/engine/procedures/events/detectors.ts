// Detectors: learned, used, renamed; their proposals answered and audited; events cut out as media.
import { implement } from '@orpc/server';
import path from 'node:path';
import { contract } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../engineContext.ts';
import { acceptAudited, answerProposals, answersPerRefit, auditDetector } from './answerProposals.ts';
import { createCutEventsRunner } from './cutEventsJob.ts';
import { createDetectEventsRunner } from './detectEventsJob.ts';
import { createLearnEventsRunner } from './learnEventsJob.ts';
import { publishEvents } from './publishEvents.ts';

export function registerEventJobs(context: EngineContext): void {
  context.jobs.register('learnEvents', createLearnEventsRunner(context));
  context.jobs.register('detectEvents', createDetectEventsRunner(context));
  context.jobs.register('cutEvents', createCutEventsRunner(context));
}

/** Learns again and looks again once a dozen answers have come; null where it is too early or under way. */
function refit({ workspace, jobs }: EngineContext, detectorId: number): number | null {
  const detector = workspace.detectors.get(detectorId);
  if (detector.answersSince < answersPerRefit) return null;
  if (jobs.list({ active: true }).some(({ kind }) => kind === 'learnEvents')) return null;
  const { schemaId, mode, seed, name } = detector;
  const learning = jobs.add('learnEvents', `Learn ${name} again`, { schemaId, mode, seed, detectorId });
  jobs.add('detectEvents', `Find events with ${name}`, { detectorId }, { after: learning });
  return learning;
}

export function createDetectorProcedures(context: EngineContext) {
  const { workspace, jobs, events } = context;
  const os = implement(contract.events);
  const changed = (): Record<string, never> => {
    events.publish({ type: 'detectorsChanged' });
    return {};
  };
  return {
    detectors: os.detectors.handler(() => workspace.detectors.list()),
    renameDetector: os.renameDetector.handler(({ input }) => {
      const renamed = workspace.detectors.rename(input.detectorId, input.name);
      changed();
      return renamed;
    }),
    removeDetector: os.removeDetector.handler(({ input }) => {
      workspace.discard(workspace.detectors.remove(input.detectorId));
      return changed();
    }),
    learn: os.learn.handler(({ input }) => {
      const { name } = workspace.schemas.get(input.schemaId);
      return { jobId: jobs.add('learnEvents', `Learn events of ${name}`, input) };
    }),
    detect: os.detect.handler(({ input }) => {
      const { name } = workspace.detectors.get(input.detectorId);
      return { jobId: jobs.add('detectEvents', `Find events with ${name}`, input) };
    }),
    cut: os.cut.handler(({ input }) => ({
      jobId: jobs.add('cutEvents', 'Cut events out', { ...input, path: path.resolve(input.path) }),
    })),
    proposals: os.proposals.handler(({ input }) => workspace.detectors.proposals(input)),
    answer: os.answer.handler(({ input }) => {
      const { mediaIds, detectorIds, ...step } = answerProposals(workspace, input.answers, input.annotator ?? null);
      publishEvents(context, mediaIds);
      for (const detectorId of detectorIds) events.publish({ type: 'proposalsChanged', detectorId });
      return { ...step, refitJobId: refit(context, detectorIds[0]!) };
    }),
    audit: os.audit.handler(({ input }) => auditDetector(workspace, input.detectorId, input.precision)),
    acceptAudited: os.acceptAudited.handler(({ input }) => {
      const { mediaIds, ...step } = acceptAudited(workspace, input.detectorId, input.precision);
      publishEvents(context, mediaIds);
      events.publish({ type: 'proposalsChanged', detectorId: input.detectorId });
      return step;
    }),
  };
}
