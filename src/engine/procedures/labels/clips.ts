// Clips: pages, ids, one clip with all that is known of it, columns and facets.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { storedModelIdOf } from '../models/currentModel.ts';
import type { EngineContext } from '../engineContext.ts';

export function createClipsProcedures({ workspace, memory }: Pick<EngineContext, 'workspace' | 'memory'>) {
  const os = implement(contract.clips);
  return {
    list: os.list.handler(({ input }) => workspace.clips.list(input)),
    ids: os.ids.handler(({ input }) => ({ clipIds: workspace.clips.ids(input.filter, input.sort) })),
    byIds: os.byIds.handler(({ input }) => {
      memory.visibleClips.add(input.clipIds);
      return { rows: workspace.clips.rows(input.clipIds) };
    }),
    get: os.get.handler(({ input: { clipId } }) => {
      const clip = workspace.clips.rows([clipId])[0];
      if (!clip) throw new EngineError('NOT_FOUND', `there is no clip ${clipId}`, { field: 'clipId' });
      memory.visibleClips.add([clipId]);
      const { correspondence, correspondencePercentile } = workspace.clips.scores(clipId);
      const classifierId = workspace.classifiers.current();
      return {
        ...clip,
        media: workspace.media.describe(clip.mediaId),
        siblings: workspace.clips.siblings(clipId),
        predictions: classifierId === null ? [] : predictionsOf(workspace, classifierId, clipId),
        attribution: classifierId === null ? [] : workspace.classifiers.attribution(classifierId, clipId),
        correspondence:
          correspondence === undefined || correspondencePercentile === undefined
            ? null
            : { score: correspondence, percentile: correspondencePercentile },
      };
    }),
    columns: os.columns.handler(({ input: { modelId, ...input } }) =>
      workspace.clips.columns(input.names, {
        ...input,
        ...(modelId !== undefined && { modelId: storedModelIdOf({ workspace }, modelId) }),
      }),
    ),
    facets: os.facets.handler(({ input }) => workspace.clips.facets(input.filter, input.schemaId)),
  };
}

/** The classifier's probabilities for a clip, most likely first; empty when it was not predicted. */
function predictionsOf(workspace: EngineContext['workspace'], classifierId: number, clipId: number) {
  const { probabilities } = workspace.classifiers.predictions(classifierId, [clipId]);
  const classes = workspace.classifiers.get(classifierId)?.classes ?? [];
  return [...probabilities]
    .map((probability, i) => ({ classId: classes[i]?.classId ?? 0, name: classes[i]?.name ?? '', probability }))
    .toSorted((a, b) => b.probability - a.probability);
}
