// The rows of a part into the workspace: vectors of clips that lack them, and why others have none. What was imported before is left as
// it is, so a part may come twice.
import type { ItemFailure } from '../../../shared/contract/errors.ts';
import { failed, spaces, widthOf, type PartRow } from '../../distribution/partFile.ts';
import type { Recipe } from '../../distribution/recipe.ts';
import type { EngineContext } from '../engineContext.ts';

export interface PartImport {
  setId: number | null;
  embedded: number;
  failures: ItemFailure[];
}

type Workspace = EngineContext['workspace'];

/** Computed elsewhere: what is known of how. */
function setOf(workspace: Workspace, name: string, dim: number, { precision, device }: Recipe): number {
  const { setId } = workspace.vectors.set(name, dim, precision);
  const set = workspace.vectors.get(setId);
  if (set.reason === null && set.count === 0)
    workspace.vectors.describe(setId, {
      device: device === 'cpu' ? 'cpu' : null,
      agreement: null,
      reason: 'computed by workers of a distributed run',
    });
  return setId;
}

/**
 * To be called within a transaction.
 * @param name what the embedding set is named by
 * @throws EngineError BAD_INPUT where vectors differ in width
 */
export function importPart(
  workspace: Workspace,
  name: string,
  recipe: Recipe,
  rows: readonly PartRow[],
  where: string,
): PartImport {
  const clipIds = workspace.clips.idsOfContent(rows);
  const dim = widthOf(rows, where);
  const setId = dim === null ? null : setOf(workspace, name, dim, recipe);
  const failures = rows.flatMap(({ outcome, path }, at) =>
    failed(outcome)
      ? clipIds[at]!.map((clipId) => ({ path, clipId, code: outcome.code, message: outcome.message }))
      : [],
  );
  if (setId === null || dim === null) return { setId, embedded: 0, failures };
  const all = rows.flatMap((row, at) => (failed(row.outcome) ? [] : clipIds[at]!.map((clipId) => ({ row, clipId }))));
  const { rows: known } = workspace.vectors.places(
    setId,
    'joint',
    all.map(({ clipId }) => clipId),
  );
  const fresh = all.filter((_, at) => known[at]! < 0);
  if (fresh.length === 0) return { setId, embedded: 0, failures };
  const matrices = spaces.map((space) => {
    const matrix = new Float32Array(fresh.length * dim).fill(Number.NaN);
    fresh.forEach(({ row: { outcome } }, at) => {
      const vector = failed(outcome) ? null : outcome[space];
      if (vector) matrix.set(vector, at * dim);
    });
    return [space, matrix];
  });
  const vectors = Object.fromEntries(matrices) as Record<(typeof spaces)[number], Float32Array>;
  workspace.vectors.append(
    setId,
    fresh.map(({ clipId }) => clipId),
    vectors,
  );
  return { setId, embedded: fresh.length, failures };
}
