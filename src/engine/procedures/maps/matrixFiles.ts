// Where a worker finds the vectors of a set. Remembered, because asking the database for 100,000 rows takes longer than the search itself.
import type { Space } from '../../../shared/contract/model.ts';
import type { MatrixFile } from '../../exploration/neighbours/presentRows.ts';
import type { EngineContext } from '../engineContext.ts';

export function matrixFile(
  { workspace, memory }: Pick<EngineContext, 'workspace' | 'memory'>,
  setId: number,
  space: Space,
): MatrixFile {
  const key = `${setId}.${space}`;
  const file = memory.matrixFiles.get(key) ?? workspace.vectors.matrix(setId, space);
  memory.matrixFiles.set(key, file);
  return file;
}
