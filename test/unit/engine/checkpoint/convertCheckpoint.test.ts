// Conversion of checkpoints beyond formats: the length of sound that a model hears.
import { describe, expect, it } from 'vitest';
import { convertCheckpoint } from '../../../../src/engine/checkpoint/convertCheckpoint.ts';
import { loadCheckpoint } from '../../../../src/engine/checkpoint/loadCheckpoint.ts';
import { saveCheckpoint } from '../../../../src/engine/checkpoint/saveCheckpoint.ts';
import { smallConfig, smallTensors, temporaryFolder } from './smallCheckpoint.ts';

const at = temporaryFolder();
const save = (name: string) =>
  saveCheckpoint(at(name), { kind: 'cavmae', config: smallConfig, tensors: smallTensors() });

describe('another length of sound', () => {
  it('resamples the positions on their grid and leaves the rest as it was', async () => {
    await save('long.safetensors');
    await convertCheckpoint(at('long.safetensors'), at('short.safetensors'), { windowS: 0.05 });
    const [long, short] = [await loadCheckpoint(at('long.safetensors')), await loadCheckpoint(at('short.safetensors'))];
    expect(short.config).toMatchObject({ audioLength: 16 });
    for (const name of ['pos_embed_a', 'decoder_pos_embed_a']) {
      const [from, to] = [long.tensors.get(name)!, short.tensors.get(name)!];
      const dim = from.shape[2]!;
      expect(to.shape).toEqual([1, 8, dim]);
      // Two columns became one: every second token, since tokens are frequency-major.
      for (let row = 0; row < 8; row++)
        expect([...to.data.subarray(row * dim, (row + 1) * dim)]).toEqual([
          ...from.data.subarray(2 * row * dim, (2 * row + 1) * dim),
        ]);
    }
    expect(short.tensors.get('blocks_u.0.mlp.fc1.weight')!.data).toEqual(
      long.tensors.get('blocks_u.0.mlp.fc1.weight')!.data,
    );
    await expect(
      convertCheckpoint(at('long.safetensors'), at('never.safetensors'), { windowS: 1000 }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
