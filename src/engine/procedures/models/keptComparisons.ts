// The last comparisons of models, kept with the workspace: the window shows them again without computing.
import { z } from 'zod';
import { modelComparison, type ModelComparison } from '../../../shared/contract/modelComparison.ts';
import type { EngineContext } from '../engineContext.ts';

type Context = Pick<EngineContext, 'workspace'>;

const settingKey = 'modelComparisons';
const most = 12;

function kept({ workspace }: Context): ModelComparison[] {
  const read = z.array(modelComparison).safeParse(workspace.settings.get(settingKey));
  return read.success ? read.data : [];
}

const pairOf = ({ models }: ModelComparison): string =>
  models
    .map(({ modelId }) => modelId)
    .toSorted()
    .join('\n');

export function keepComparison(context: Context, comparison: ModelComparison): void {
  const others = kept(context).filter((one) => pairOf(one) !== pairOf(comparison));
  context.workspace.settings.set(settingKey, [comparison, ...others].slice(0, most));
}

/** With the models in the order asked for; null where they were not compared, or what was compared is gone. */
export function comparisonOf(context: Context, modelId: string, otherId: string): ModelComparison | null {
  const wanted = [modelId, otherId].toSorted().join('\n');
  const found = kept(context).find((one) => pairOf(one) === wanted);
  const sets = new Set(context.workspace.vectors.list().map(({ id }) => id));
  if (!found?.models.every(({ setId }) => sets.has(setId))) return null;
  if (found.models[0].modelId === modelId) return found;
  const { models, head } = found;
  return {
    ...found,
    models: [models[1], models[0]],
    head: head && { ...head, only: [head.only[1], head.only[0]] },
  };
}
