// Which numbers and device are chosen, with encoders and a clock made up: each encoder answers with given vectors and
// takes given times.
import { describe, expect, it } from 'vitest';
import { chooseEncoder, type Choosing } from '../../../../src/engine/extraction/chooseEncoder.ts';
import type { EncoderHow } from '../../../../src/engine/extraction/onnxEncoder.ts';
import type { ClipInput } from '../../../../src/engine/inference/clipInput.ts';
import type { ClipEmbedding } from '../../../../src/engine/inference/embed.ts';
import { randomStream } from '../../../../src/engine/base/randomStream.ts';

interface Made {
  /** Seconds a call takes. */
  s: number;
  /** Deviation of what is added to each value. */
  noise?: number;
  fails?: string;
}

const clips: ClipInput[] = Array.from({ length: 30 }, (_, i) => ({
  fbank: new Float32Array(4 * 128).fill(i + 1),
  frames: { data: Uint8Array.from({ length: 2 * 12 }, (__, j) => i + j), count: 2, size: 2 },
}));

/** A vector that depends on the clip alone. */
function embeddingOf(clip: ClipInput, noise: number, stream: { normal(): number }): ClipEmbedding {
  const own = randomStream(clip.fbank![0]! * 1000 + clip.frames!.data[0]!);
  const row = () => Float32Array.from({ length: 32 }, () => own.normal() + noise * stream.normal());
  return { joint: row(), audio: row(), visual: row() };
}

function choosing(ways: Record<string, Made>, more: Partial<Choosing> = {}): Choosing & { opened: string[] } {
  let now = 0;
  const opened: string[] = [];
  let open = 0;
  return {
    opened,
    clips,
    frames: 2,
    precision: 'auto',
    device: 'auto',
    gpus: [],
    checkStopped: () => {},
    clock: () => ({ cpuS: now, wallS: now }),
    async open({ precision, device }: EncoderHow) {
      const name = device === 'cpu' ? precision : device;
      opened.push(name);
      // One model at a time: two would need the memory of both.
      expect(++open).toBe(1);
      const { s, noise = 0, fails } = ways[name]!;
      const stream = randomStream(9);
      return {
        async embed(some) {
          now += s;
          if (fails) throw new Error(fails);
          return some.map((clip) => embeddingOf(clip, noise, stream));
        },
        dispose: async () => void open--,
      };
    },
    ...more,
  };
}

describe('chooseEncoder', () => {
  it('takes int8 where it is faster and agrees, and says by how much', async () => {
    const choice = await chooseEncoder(choosing({ float32: { s: 2.5 }, int8: { s: 1, noise: 1e-2 } }));
    expect(choice).toMatchObject({ precision: 'int8', device: 'cpu' });
    expect(choice.agreement).toMatchObject({ clips: 24, neighboursEach: 10, timesFaster: 2.5 });
    expect(choice.agreement!.leastCosine).toBeGreaterThan(0.999);
    expect(choice.reason).toMatch(/^2\.5 times faster than float32 on the CPU; least cosine 0\.999/);
  });

  it('keeps float32 where int8 is no faster, or too far away', async () => {
    const slow = await chooseEncoder(choosing({ float32: { s: 1 }, int8: { s: 0.95 } }));
    expect(slow).toMatchObject({
      precision: 'float32',
      agreement: null,
      reason: expect.stringMatching(/gains nothing/),
    });
    const far = await chooseEncoder(choosing({ float32: { s: 2 }, int8: { s: 1, noise: 0.5 } }));
    expect(far).toMatchObject({ precision: 'float32', reason: expect.stringMatching(/too far from float32/) });
  });

  it('takes the GPU that agrees and is fastest, and tells what did not work', async () => {
    const ways = {
      float32: { s: 4 },
      int8: { s: 2 },
      coreml: { s: 0.1, fails: 'no such\nthing' },
      webgpu: { s: 0.5 },
      dml: { s: 0.2, noise: 1 },
    };
    const choice = await chooseEncoder(choosing(ways, { gpus: ['coreml', 'webgpu', 'dml'] }));
    expect(choice).toMatchObject({ precision: 'float32', device: 'webgpu', agreement: { timesFaster: 8 } });
    expect(choice.reason).toMatch(/coreml does not work here: no such; dml is too far/);
  });

  it('does not wait for a GPU that is hopelessly slow', async () => {
    const asked = choosing({ float32: { s: 1 }, int8: { s: 1 }, webgpu: { s: 1000 } }, { gpus: ['webgpu'] });
    const choice = await chooseEncoder(asked);
    expect(choice).toMatchObject({ device: 'cpu', reason: expect.stringMatching(/webgpu gains nothing/) });
    expect(asked.clock!().wallS).toBeLessThan(1100);
  });

  it('does what is asked for: int8 although it is slow and far, the CPU, float32', async () => {
    const ways = { float32: { s: 1 }, int8: { s: 3, noise: 0.5 }, webgpu: { s: 0.1 } };
    const int8 = await chooseEncoder(choosing(ways, { precision: 'int8', gpus: ['webgpu'] }));
    expect(int8).toMatchObject({ precision: 'int8', device: 'cpu' });
    expect(int8.agreement!.leastCosine).toBeLessThan(0.999);
    expect(await chooseEncoder(choosing(ways, { device: 'cpu', gpus: ['webgpu'] }))).toMatchObject({ device: 'cpu' });
    const plain = choosing(ways, { precision: 'float32', device: 'cpu', gpus: ['webgpu'] });
    expect(await chooseEncoder(plain)).toMatchObject({ precision: 'float32', reason: 'asked for' });
    expect(plain.opened).toEqual([]);
  });

  it('takes a GPU that is asked for although it is slow, and refuses where there is none that agrees', async () => {
    const ways = { float32: { s: 1 }, webgpu: { s: 20 }, dml: { s: 1, noise: 1 } };
    expect(await chooseEncoder(choosing(ways, { device: 'gpu', gpus: ['webgpu'] }))).toMatchObject({
      device: 'webgpu',
    });
    await expect(chooseEncoder(choosing(ways, { device: 'gpu', gpus: ['dml'] }))).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: /dml is too far/,
    });
    await expect(chooseEncoder(choosing(ways, { device: 'gpu' }))).rejects.toMatchObject({ message: /no provider/ });
    await expect(chooseEncoder(choosing(ways, { device: 'gpu', precision: 'int8' }))).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });

  it('makes up 24 views of few clips, so that neighbours can be compared', async () => {
    const asked = choosing({ float32: { s: 2 }, int8: { s: 1 } }, { clips: clips.slice(0, 2) });
    const choice = await chooseEncoder(asked);
    expect(choice).toMatchObject({ precision: 'int8', agreement: { clips: 2, neighboursEach: 10 } });
  });

  it('stops when the job is stopped', async () => {
    let calls = 0;
    const stopped = () => {
      if (++calls > 5) throw new DOMException('stopped', 'AbortError');
    };
    const asked = choosing({ float32: { s: 1 }, int8: { s: 1 } }, { checkStopped: stopped });
    await expect(chooseEncoder(asked)).rejects.toThrow('stopped');
  });
});
