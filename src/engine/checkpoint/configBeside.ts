// The configuration of a checkpoint that carries none: a `config.json` in its folder, where that is one of a CAV-MAE.
import { dirname, join } from 'node:path';
import { readBoundedText } from '../base/readBounded.ts';
import { badFile } from './byteSource.ts';

const mostBytes = 1024 ** 2;

/** Null where there is none, or one of something else. @throws EngineError BAD_INPUT when it is no JSON */
export async function configBeside(checkpointPath: string): Promise<Record<string, unknown> | null> {
  const path = join(dirname(checkpointPath), 'config.json');
  const text = await readBoundedText(path, mostBytes).catch(() => null);
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw badFile(path, `is no JSON: ${(thrown as Error).message}`);
  }
  const config = (value ?? {}) as Record<string, unknown>;
  // Other models keep a config.json as well; ours names its two depths.
  const ours = ['specific_depth', 'specificDepth'].some((field) => field in config);
  return typeof value === 'object' && ours ? config : null;
}
