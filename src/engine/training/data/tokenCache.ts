// Tokens of the frozen E_a and E_v for training the last layers: computed once per clip and frame, kept in memory up to a bound.
import * as tf from '@tensorflow/tfjs';
import type { FtMode } from '../../model/cavMaeFt.ts';
import type { Model } from '../../model/model.ts';
import { frozenTokens, type LabelledClip } from '../finetuneBatch.ts';
import type { InputCache } from './inputCache.ts';
import type { Random } from '../random.ts';

interface Tokens {
  a: Float32Array | null;
  v: Float32Array | null;
}

/** Different frames kept of each clip: some variety in pictures without ten times the memory. */
const VIEWS = 3;

export class TokenCache {
  private readonly model: Model;
  private readonly mode: FtMode;
  private readonly inputs: InputCache;
  private readonly maxBytes: number;
  private readonly kept = new Map<string, Tokens>();
  private bytes = 0;

  constructor(model: Model, mode: FtMode, inputs: InputCache, maxBytes: number) {
    this.model = model;
    this.mode = mode;
    this.inputs = inputs;
    this.maxBytes = maxBytes;
  }

  /** Tokens of a batch [N, La, D], [N, Lv, D]. */
  async get(clips: readonly LabelledClip[], random: Random): Promise<{ a: tf.Tensor3D | null; v: tf.Tensor3D | null }> {
    const tokens: Tokens[] = [];
    for (const clip of clips) tokens.push(await this.one(clip, random.integer(0, VIEWS)));
    const dim = this.model.config.embedDim;
    const stack = (parts: (Float32Array | null)[]): tf.Tensor3D | null => {
      const length = parts[0]?.length;
      if (!length) return null;
      const all = new Float32Array(parts.length * length);
      parts.forEach((part, i) => all.set(part!, i * length));
      return tf.tensor3d(all, [parts.length, length / dim, dim]);
    };
    return { a: stack(tokens.map((t) => t.a)), v: stack(tokens.map((t) => t.v)) };
  }

  private async one(clip: LabelledClip, view: number): Promise<Tokens> {
    const key = `${clip.path}#${view}`;
    const kept = this.kept.get(key);
    if (kept) return kept;
    const input = await this.inputs.get(clip);
    const { frames } = input;
    // View k shows one frame of the k-th third of the clip.
    const frame = frames ? Math.floor(((view + 0.5) * frames.count) / VIEWS) : 0;
    const size = frames ? frames.size * frames.size * 3 : 0;
    const single = frames
      ? {
          ...input,
          frames: { data: frames.data.subarray(frame * size, (frame + 1) * size), count: 1, size: frames.size },
        }
      : input;
    const { a, v } = frozenTokens(this.model, [single], [clip.name], this.mode);
    const tokens: Tokens = {
      a: a && Float32Array.from(a.dataSync<'float32'>()),
      v: v && Float32Array.from(v.dataSync<'float32'>()),
    };
    tf.dispose([a, v].filter((t) => t !== null));
    const bytes = (tokens.a?.byteLength ?? 0) + (tokens.v?.byteLength ?? 0);
    if (this.bytes + bytes <= this.maxBytes) {
      this.kept.set(key, tokens);
      this.bytes += bytes;
    }
    return tokens;
  }
}
