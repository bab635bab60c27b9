// The configuration a checkpoint file belongs to: its own record, else a config.json beside it, else its tensors'
// shapes with the paper's head counts.
import { EngineError } from '../../shared/engineError.ts';
import type { CavMaeConfig } from '../model/config.ts';
import { configOfCheckpoint } from '../model/configOfCheckpoint.ts';
import { decodeRecord } from './checkpointRecord.ts';
import { configBeside } from './configBeside.ts';
import type { OpenCheckpoint } from './openCheckpoint.ts';

/**
 * @param known what is known beyond the file; wins
 * @throws EngineError CHECKPOINT_MISMATCH (not a CAV-MAE, or its record contradicts its tensors), BAD_INPUT (a damaged
 * record)
 */
export async function configOfFile(file: OpenCheckpoint, known: Partial<CavMaeConfig> = {}): Promise<CavMaeConfig> {
  const record = decodeRecord(file.metadata).config ?? (await configBeside(file.source.path));
  const shapes = new Map(file.entries.map(({ name, shape }) => [name, { shape }]));
  try {
    return configOfCheckpoint(shapes, { ...record, ...known });
  } catch (thrown) {
    const error = EngineError.from(thrown);
    const hint =
      record || error.code === 'CHECKPOINT_MISMATCH'
        ? error.detail.hint
        : "The number of heads is not in the file, and the paper's does not fit: put a config.json with num_heads and decoder_num_heads beside it.";
    throw new EngineError(
      error.code,
      error.message,
      { ...error.detail, path: file.source.path, ...(hint && { hint }) },
      error,
    );
  }
}
