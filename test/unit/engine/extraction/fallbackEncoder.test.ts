import { describe, expect, it } from 'vitest';
import { FallbackEncoder } from '../../../../src/engine/extraction/fallbackEncoder.ts';
import type { ClipEmbedding } from '../../../../src/engine/inference/embed.ts';
import { EngineError } from '../../../../src/shared/engineError.ts';

const row = (value: number): ClipEmbedding => ({
  joint: Float32Array.of(value),
  audio: Float32Array.of(value),
  visual: Float32Array.of(value),
});
const clip = { fbank: null, frames: null };

describe('FallbackEncoder', () => {
  it('computes on its device until that is lost, then on the CPU, the clips at hand first', async () => {
    let left = 2;
    const encoder = new FallbackEncoder(
      'webgpu',
      async () => {
        if (left-- === 0) throw new Error('device lost\nstack');
        return [row(1)];
      },
      async () => [row(2)],
    );
    const answers: number[] = [];
    for (let i = 0; i < 4; i++) answers.push((await encoder.embed([clip], 1))[0]!.joint[0]!);
    expect(answers).toEqual([1, 1, 2, 2]);
    expect(left).toBe(-1);
    expect(encoder).toMatchObject({ device: 'cpu', notice: 'webgpu failed (device lost); the CPU goes on' });
  });

  it('leaves a clip that cannot be embedded to its caller', async () => {
    const encoder = new FallbackEncoder(
      'webgpu',
      () => Promise.reject(new EngineError('BAD_INPUT', 'neither sound nor picture')),
      () => Promise.reject(new Error('not asked')),
    );
    await expect(encoder.embed([clip], 1)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(encoder).toMatchObject({ device: 'webgpu', notice: null });
  });
});
