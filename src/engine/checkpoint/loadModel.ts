// The weights behind what `resolveModel` gives: a checkpoint file, or fresh ones.
import { configOfSize } from '../model/config.ts';
import { initialValue } from '../model/initialValue.ts';
import { parameterShapes } from '../model/parameterShapes.ts';
import { parseRandomModel } from './catalogue/catalogue.ts';
import { encodeRecord } from './checkpointRecord.ts';
import { loadCheckpoint, type Checkpoint } from './loadCheckpoint.ts';

/** @param resolved a path, or `random:SIZE:SEED` @throws as `loadCheckpoint` */
export async function loadModel(resolved: string): Promise<Checkpoint> {
  const fresh = parseRandomModel(resolved);
  if (!fresh) return loadCheckpoint(resolved);
  const config = configOfSize(fresh.size);
  const tensors = new Map(
    [...parameterShapes(config, 'cavmae')].map(([name, shape]) => [
      name,
      { shape, data: initialValue(config, name, shape, fresh.seed) },
    ]),
  );
  return {
    tensors,
    config: { ...config },
    metadata: encodeRecord({ kind: 'cavmae', config, trained: false }),
    kind: 'cavmae',
  };
}
