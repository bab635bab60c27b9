// A model's encoders in onnxruntime: clips in, embeddings out, the same as `embedClip` gives (inference/embed.ts) but for rounding.
//
// The sound of a clip is encoded once for all its frames; clips of equally many frames can go together. A clip without sound or without
// picture needs a graph of its own, made when the first such clip comes.
import type { InferenceSession } from 'onnxruntime-node';
import { distinctFrames, framePixels, requireModality, spreadFrames, type ClipInput } from '../inference/clipInput.ts';
import type { ClipEmbedding } from '../inference/embed.ts';
import { MEL_BINS } from '../model/config.ts';
import { fbankInput } from '../../shared/signal/fbankInput.ts';
import { normaliseFrames } from '../../shared/signal/frameInput.ts';
import { EngineError } from '../../shared/engineError.ts';
import { encoderFile, type Stream } from './encoderFile.ts';
import { onnxRuntime } from './extractionRuntime.ts';

/** A clip as the graphs take it: what the model looks at, each picture once with its share of the clip's frames. */
interface Shown {
  fbank: Float32Array | null;
  pixels: Uint8Array | null;
  weights: number[];
}

const outputNames = { audio: 'c_a', visual: 'c_v', joint: 'joint' } as const;

const meanRow = (rows: Float32Array, from: number, weights: readonly number[], dim: number): Float32Array => {
  const mean = new Float32Array(dim);
  weights.forEach((weight, i) => {
    for (let d = 0; d < dim; d++) mean[d]! += weight * rows[(from + i) * dim + d]!;
  });
  return mean;
};

const sizesOf = (session: InferenceSession, name: string): readonly (number | string)[] => {
  const about = [...session.inputMetadata, ...session.outputMetadata].find((one) => one.name === name);
  return about?.isTensor ? about.shape : [];
};

export class OnnxEncoder {
  private readonly open: (streams: readonly Stream[]) => Promise<InferenceSession>;
  private readonly sessions = new Map<string, Promise<InferenceSession>>();
  private readonly whole: InferenceSession;
  /** D. */
  readonly dim: number;

  private constructor(open: (streams: readonly Stream[]) => Promise<InferenceSession>, whole: InferenceSession) {
    this.open = open;
    this.whole = whole;
    this.dim = Number(sizesOf(whole, 'joint')[1]);
  }

  /**
   * @param place where the model's graphs are kept, and the name of its weights there (see `encoderFile`)
   * @throws EngineError as `encoderFile`; BACKEND_UNAVAILABLE when onnxruntime cannot open the graph
   */
  static async open(place: { folder: string; key: string }, resolved: string, threads: number): Promise<OnnxEncoder> {
    const open = async (streams: readonly Stream[]): Promise<InferenceSession> => {
      const file = await encoderFile(place.folder, place.key, resolved, streams);
      return onnxRuntime()
        .InferenceSession.create(file, {
          intraOpNumThreads: threads,
          interOpNumThreads: 1,
          executionMode: 'sequential',
          graphOptimizationLevel: 'all',
          // One block planned for everything would hold the weights twice, as read and as packed: 370 MiB at base, for no time.
          enableMemPattern: false,
          // Threads that wait by spinning take the processor from decoding.
          extra: { session: { intra_op: { allow_spinning: '0' } } },
        })
        .catch((thrown: unknown) => {
          throw new EngineError(
            'BACKEND_UNAVAILABLE',
            `onnxruntime cannot open the graph of this model: ${(thrown as Error).message}`,
            { path: file },
            thrown,
          );
        });
    };
    return new OnnxEncoder(open, await open(['audio', 'visual']));
  }

  /** Megabytes that a pass over one clip takes at most, from the widest layer: measured 230 at small, 860 at base, with ten frames. */
  passMegabytes(frames: number): number {
    const { imgSize, audioLength } = this.input();
    const tokens = frames * ((audioLength * MEL_BINS + imgSize * imgSize) / 256);
    return (tokens * this.dim * 160) / 1024 ** 2;
  }

  private input(): { audioLength: number; imgSize: number } {
    return {
      audioLength: Number(sizesOf(this.whole, 'audio')[1] ?? 0),
      imgSize: Number(sizesOf(this.whole, 'image')[2] ?? 0),
    };
  }

  private session(streams: readonly Stream[]): Promise<InferenceSession> | InferenceSession {
    const needed = this.whole.inputNames.length;
    if (streams.length === needed) return this.whole;
    const name = streams.join('-');
    const opened = this.sessions.get(name) ?? this.open(streams);
    this.sessions.set(name, opened);
    opened.catch(() => this.sessions.delete(name));
    return opened;
  }

  /** @throws EngineError BAD_INPUT for a clip with nothing the model can look at */
  private shown(clip: ClipInput, frames: number): Shown {
    const { inputNames } = this.whole;
    const seen: ClipInput = {
      fbank: inputNames.includes('audio') ? clip.fbank : null,
      frames: inputNames.includes('image') ? clip.frames : null,
    };
    requireModality(seen);
    const { imgSize } = this.input();
    if (!seen.frames) return { fbank: seen.fbank, pixels: null, weights: [1] };
    const { indices, weights } = distinctFrames(seen.frames, spreadFrames(seen.frames.count, frames));
    return { fbank: seen.fbank, pixels: framePixels(seen.frames, indices, imgSize), weights };
  }

  /** What clips must share to go together: null for one that cannot be embedded. */
  kindOf(clip: ClipInput, frames: number): string | null {
    try {
      const { fbank, pixels, weights } = this.shown(clip, frames);
      return `${fbank !== null} ${pixels !== null} ${weights.length}`;
    } catch {
      return null;
    }
  }

  /**
   * Embeddings of clips of one kind, in one pass, from `frames` of each one's frames.
   * @throws EngineError BAD_INPUT for clips with nothing the model can look at
   */
  async embed(clips: readonly ClipInput[], frames: number): Promise<ClipEmbedding[]> {
    const { Tensor } = onnxRuntime();
    const shown = clips.map((clip) => this.shown(clip, frames));
    const { fbank, pixels, weights } = shown[0]!;
    const { audioLength, imgSize } = this.input();
    const feeds: Record<string, InstanceType<typeof Tensor>> = {};
    if (fbank) {
      const audio = new Float32Array(clips.length * audioLength * MEL_BINS);
      shown.forEach((one, i) => audio.set(fbankInput(one.fbank!, audioLength), i * audioLength * MEL_BINS));
      feeds.audio = new Tensor('float32', audio, [clips.length, audioLength, MEL_BINS]);
    }
    if (pixels) {
      const values = new Float32Array(clips.length * pixels.length);
      shown.forEach((one, i) => values.set(normaliseFrames(one.pixels!, imgSize), i * pixels.length));
      feeds.image = new Tensor('float32', values, [clips.length * weights.length, 3, imgSize, imgSize]);
    }
    const session = await this.session([...(fbank ? ['audio' as const] : []), ...(pixels ? ['visual' as const] : [])]);
    const wanted = Object.values(outputNames).filter((name) => session.outputNames.includes(name));
    const results = await session.run(feeds, wanted);
    const rows = (name: string): Float32Array => results[name]!.data as Float32Array;
    const missing = () => new Float32Array(this.dim).fill(NaN);
    const embeddings = shown.map(({ weights: shares }, i): ClipEmbedding => ({
      audio: fbank ? meanRow(rows('c_a'), i, [1], this.dim) : missing(),
      visual: pixels ? meanRow(rows('c_v'), i * shares.length, shares, this.dim) : missing(),
      joint: meanRow(rows('joint'), i * shares.length, shares, this.dim),
    }));
    for (const result of Object.values(results)) result.dispose();
    return embeddings;
  }

  async dispose(): Promise<void> {
    const others = await Promise.allSettled(this.sessions.values());
    await Promise.all([
      this.whole.release(),
      ...others.flatMap((other) => (other.status === 'fulfilled' ? [other.value.release()] : [])),
    ]);
  }
}
