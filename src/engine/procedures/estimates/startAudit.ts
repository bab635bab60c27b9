// Starts an audit: fixes the population, its strata by score, and the random order in which each stratum is drawn.
import type { AuditDesign, AuditStratum } from '../../../shared/contract/estimate.ts';
import type { ClipFilter } from '../../../shared/contract/clip.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { randomStream } from '../../base/randomStream.ts';
import type { DrawnStratum } from '../../collection/audits/auditStore.ts';
import type { Workspace } from '../../collection/workspace.ts';
import { scoreStrata, stratumOf } from '../../estimation/scoreStrata.ts';
import { clipGroups } from './clipGroups.ts';
import { sourceScores, type ScoreSource } from './scoreSource.ts';

export interface AuditPlan {
  classId: number;
  source: ScoreSource;
  by?: string | undefined;
  filter?: ClipFilter | undefined;
  scope?: string | undefined;
  seed: number;
}

/** Strata by score. Where a column divides the sample as well, fewer, so that each cell still gets audits. */
const strataAlone = 5;
const strataByColumn = 3;
const mostGroups = 100;
/** A stratum holds at least so many clips, where the collection allows. */
const fewestClips = 20;

interface Cell {
  stratum: AuditStratum;
  clipIds: number[];
}

function cellsOf(
  clipIds: readonly number[],
  scores: ReadonlyMap<number, number>,
  most: number,
  group: string | null,
): Cell[] {
  const scored = clipIds.filter((clipId) => scores.has(clipId));
  const unscored = clipIds.filter((clipId) => !scores.has(clipId));
  const fewest = Math.max(1, Math.min(fewestClips, Math.floor(scored.length / (2 * most))));
  const ranges = scoreStrata(
    Float64Array.from(scored, (clipId) => scores.get(clipId)!),
    most,
    fewest,
  );
  const cells = ranges.map((range): Cell => ({ stratum: { ...range, group }, clipIds: [] }));
  for (const clipId of scored) cells[stratumOf(scores.get(clipId)!, ranges)]!.clipIds.push(clipId);
  if (unscored.length > 0) cells.push({ stratum: { low: null, high: null, group }, clipIds: unscored });
  return cells;
}

function shuffled(clipIds: readonly number[], seed: string): number[] {
  const random = randomStream(seed);
  const order = [...clipIds];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** @throws NOT_FOUND, BAD_INPUT where there are no scores, no clips, or too many groups */
export function startAudit(workspace: Workspace, plan: AuditPlan): AuditDesign {
  const { name, version, scores } = sourceScores(workspace, plan.source, plan.classId);
  const clipIds = workspace.clips.ids(plan.filter);
  if (clipIds.length === 0)
    throw new EngineError('BAD_INPUT', 'no clip matches the filter, so that there is nothing to audit', {
      field: 'filter',
      hint: 'Clear the filter, or choose another.',
    });
  const groups = plan.by === undefined ? null : clipGroups(workspace, plan.by);
  const divided = groups ? Map.groupBy(clipIds, (clipId) => groups.get(clipId) ?? null) : new Map([[null, clipIds]]);
  if (divided.size > mostGroups)
    throw new EngineError(
      'BAD_INPUT',
      `${plan.by} has ${divided.size} values; an audit can be divided by at most ${mostGroups}`,
      {
        field: 'by',
        hint: 'Start the audit without a column: its answers can be grouped by any column afterwards.',
      },
    );
  const cells = [...divided].flatMap(([group, own]) =>
    cellsOf(own, scores, groups ? strataByColumn : strataAlone, group),
  );
  const drawn = cells.map((cell, i): DrawnStratum => {
    const order = shuffled(cell.clipIds, `audit ${plan.seed} ${plan.classId} ${i}`);
    return { clipIds: order, scores: order.map((clipId) => scores.get(clipId) ?? null) };
  });
  const designId = workspace.audits.create(
    {
      classId: plan.classId,
      source: { ...plan.source, name, version },
      by: plan.by ?? null,
      seed: plan.seed,
      strata: cells.map(({ stratum }) => stratum),
      scope: plan.scope ?? null,
    },
    drawn,
  );
  return workspace.audits.get(designId);
}
