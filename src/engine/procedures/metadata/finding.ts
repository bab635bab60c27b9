// What recordings say of themselves: patterns for names, the rules of finding, and reading files again.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { applyPattern, previewPattern } from '../../collection/metadata/applyPattern.ts';
import { namePattern } from '../../collection/metadata/namePattern.ts';
import type { EngineContext } from '../engineContext.ts';
import { publishMetadata } from './publishMetadata.ts';

export function createFindingProcedures(context: EngineContext) {
  const { workspace, jobs } = context;
  const { found, metadata } = workspace;
  const os = implement(contract.metadata);
  const patternOf = (text: string) => namePattern(text, (name) => metadata.find(name)?.key ?? null);
  return {
    previewPattern: os.previewPattern.handler(({ input }) =>
      previewPattern(workspace, patternOf(input.pattern), input.zone ?? found.rules().zone ?? undefined, input.limit),
    ),
    applyPattern: os.applyPattern.handler(({ input }) => {
      const step = applyPattern(workspace, patternOf(input.pattern), input.zone ?? found.rules().zone ?? undefined);
      if (step.changed > 0) publishMetadata(context, null);
      return step;
    }),
    rules: os.rules.handler(() => ({ ...found.rules(), unread: found.unread().length })),
    setRules: os.setRules.handler(({ input }) => {
      if (input.pattern !== null) patternOf(input.pattern);
      const result = found.setRules(input);
      publishMetadata(context, null);
      return result;
    }),
    problems: os.problems.handler(({ input }) => found.problems(input.limit)),
    tags: os.tags.handler(({ input }) => found.tags(input.mediaId)),
    read: os.read.handler(({ input }) => ({ jobId: jobs.add('readMetadata', 'Read metadata of files', input) })),
  };
}
