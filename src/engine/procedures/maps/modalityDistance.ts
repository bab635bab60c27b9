// The `avDistance` column: how far a clip's place on the audio map is from its place on the visual map. Only where the
// two maps share a frame: one aligned to the other, or both to a third.
import type { Projection } from '../../../shared/contract/model.ts';
import type { EngineContext } from '../engineContext.ts';

/** False where there is no such pair of settled maps of this set. */
export function updateModalityDistances({ workspace }: Pick<EngineContext, 'workspace'>, setId: number): boolean {
  const maps = workspace.projections
    .list()
    .filter((map) => map.settled && map.setId === setId)
    .reverse();
  for (const audio of maps.filter(({ space }) => space === 'audio')) {
    const visual = maps.find((map) => map.space === 'visual' && sharesFrame(audio, map));
    if (!visual) continue;
    const heard = workspace.projections.points(audio.id),
      seen = workspace.projections.points(visual.id);
    if (!heard || !seen) continue;
    const place = new Map(Array.from(seen.clipIds, (clipId, i) => [clipId, i]));
    const distances = new Map<number, number>();
    heard.clipIds.forEach((clipId, i) => {
      const j = place.get(clipId);
      if (j !== undefined)
        distances.set(
          clipId,
          Math.hypot(heard.xy[2 * i]! - seen.xy[2 * j]!, heard.xy[2 * i + 1]! - seen.xy[2 * j + 1]!),
        );
    });
    const modelId = workspace.vectors.list().find(({ id }) => id === setId)?.modelId;
    workspace.clips.clearScores('avDistance', modelId);
    workspace.clips.setScores('avDistance', distances, modelId);
    return true;
  }
  return false;
}

const sharesFrame = (p: Projection, q: Projection): boolean =>
  p.alignedTo === q.id || q.alignedTo === p.id || (p.alignedTo !== null && p.alignedTo === q.alignedTo);
