// Where the worker finds the vectors of a set, remembered until vectors or clips change: asking the database for 100k rows takes longer
// than the search itself.
import type { Space } from '../../../shared/contract/model.ts';
import type { MatrixFile } from '../../exploration/neighbours/presentRows.ts';
import type { EngineContext } from '../engineContext.ts';

const known = new WeakMap<object, Map<string, MatrixFile>>();

export function matrixFile(
  context: Pick<EngineContext, 'workspace' | 'events'>,
  setId: number,
  space: Space,
): MatrixFile {
  const files = filesOf(context);
  const key = `${setId}.${space}`;
  const file = files.get(key) ?? context.workspace.vectors.matrix(setId, space);
  files.set(key, file);
  return file;
}

function filesOf({ workspace, events }: Pick<EngineContext, 'workspace' | 'events'>): Map<string, MatrixFile> {
  const there = known.get(workspace);
  if (there) return there;
  const files = new Map<string, MatrixFile>();
  known.set(workspace, files);
  events.subscribe(({ type }) => {
    if (type === 'embeddingsChanged' || type === 'clipsChanged') files.clear();
  });
  return files;
}
