// Tokens of the frozen E_a and E_v for training the last layers: computed once per clip and frame, kept in memory up to a bound.
import * as tf from '@tensorflow/tfjs';
import type { ClassifierMode } from '../../../shared/contract/modes.ts';
import { usesAudio, usesImage } from '../../model/cavMaeFt.ts';
import { isSync } from '../../model/config.ts';
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
/** The view of a clip's middle frame. */
const MIDDLE = VIEWS >> 1;

export class TokenCache {
  private readonly model: Model;
  private readonly mode: ClassifierMode;
  private readonly inputs: InputCache;
  private readonly maxBytes: number;
  /** By clip and, for what depends on the frame, by view. */
  private readonly kept = new Map<string, Float32Array>();
  private bytes = 0;

  constructor(model: Model, mode: ClassifierMode, inputs: InputCache, maxBytes: number) {
    this.model = model;
    this.mode = mode;
    this.inputs = inputs;
    this.maxBytes = maxBytes;
  }

  /** Tokens of a batch [N, La, D], [N, Lv, D], of a random view of each clip. */
  get(clips: readonly LabelledClip[], random: Random): Promise<{ a: tf.Tensor3D | null; v: tf.Tensor3D | null }> {
    return this.batch(
      clips,
      clips.map(() => random.integer(0, VIEWS)),
    );
  }

  /** Tokens of the middle frame of each clip. */
  middle(clips: readonly LabelledClip[]): Promise<{ a: tf.Tensor3D | null; v: tf.Tensor3D | null }> {
    return this.batch(
      clips,
      clips.map(() => MIDDLE),
    );
  }

  private async batch(
    clips: readonly LabelledClip[],
    views: readonly number[],
  ): Promise<{ a: tf.Tensor3D | null; v: tf.Tensor3D | null }> {
    const tokens: Tokens[] = [];
    for (const [i, clip] of clips.entries()) tokens.push(await this.one(clip, views[i]!));
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
    // One sound for all frames, unless the model hears what is around each.
    const keys = {
      a: isSync(this.model.config) ? `${clip.path}#a${view}` : `${clip.path}#a`,
      v: `${clip.path}#v${view}`,
    };
    const known = (stream: 'a' | 'v', used: boolean) => (used ? this.kept.get(keys[stream]) : null);
    const [a, v] = [known('a', usesAudio(this.mode)), known('v', usesImage(this.mode))];
    if (a !== undefined && v !== undefined) return { a, v };
    const missing = a === undefined ? (v === undefined ? this.mode : 'audioonly') : 'videoonly';
    const input = await this.inputs.get(clip);
    // View k shows one frame of the k-th third of the clip.
    const fresh = frozenTokens(this.model, [input], [clip.name], missing, (view + 0.5) / VIEWS);
    const tokens = { a: a ?? this.keep(keys.a, fresh.a), v: v ?? this.keep(keys.v, fresh.v) };
    tf.dispose([fresh.a, fresh.v].filter((t) => t !== null));
    return tokens;
  }

  private keep(key: string, tokens: tf.Tensor3D | null): Float32Array | null {
    if (!tokens) return null;
    const values = Float32Array.from(tokens.dataSync<'float32'>());
    if (this.bytes + values.byteLength <= this.maxBytes) {
      this.kept.set(key, values);
      this.bytes += values.byteLength;
    }
    return values;
  }
}
