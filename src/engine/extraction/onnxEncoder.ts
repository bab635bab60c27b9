// A model's encoders in onnxruntime: clips in, embeddings out, the same as `embedClip` gives (inference/embed.ts) but for rounding.
//
// The sound of a clip is encoded once for all its frames; clips of equally many frames can go together. A clip without sound or without
// picture needs a graph of its own, made when the first such clip comes.
import type { InferenceSession } from 'onnxruntime-node';
import { distinctFrames, framePixels, requireModality, spreadFrames, type ClipInput } from '../inference/clipInput.ts';
import type { ClipEmbedding } from '../inference/embed.ts';
import { MEL_BINS, syncOptions } from '../model/config.ts';
import { alignedSegments } from '../preprocess/alignedSegments.ts';
import type { Device, Precision } from '../../shared/contract/extraction.ts';
import { fbankInput } from '../../shared/signal/fbankInput.ts';
import { normaliseFrames } from '../../shared/signal/frameInput.ts';
import { EngineError } from '../../shared/engineError.ts';
import { encoderFile, type Stream } from './encoderFile.ts';
import { onnxRuntime } from './extractionRuntime.ts';

/** A clip as the graphs take it: what the model looks at, each picture once with its share of the clip's frames. */
interface Shown {
  /** Normalised sound [1, T, 128], or of CAV-MAE Sync a segment of each frame [frames, T, 128]. */
  sound: Float32Array | null;
  pixels: Uint8Array | null;
  weights: number[];
}

/** Numbers and device of a session. */
export interface EncoderHow {
  precision: Precision;
  device: Device;
}

const outputNames = { audio: 'c_a', visual: 'c_v', joint: 'joint' } as const;

const meanRow = (rows: Float32Array, from: number, weights: readonly number[], dim: number): Float32Array => {
  const mean = new Float32Array(dim);
  weights.forEach((weight, i) => {
    for (let d = 0; d < dim; d++) mean[d]! += weight * rows[(from + i) * dim + d]!;
  });
  return mean;
};

/** Rows of unit length, in place; [rows, dim]. */
function unitRows(rows: Float32Array, dim: number): Float32Array {
  for (let at = 0; at < rows.length; at += dim) {
    const row = rows.subarray(at, at + dim);
    const length = Math.max(1e-12, Math.sqrt(row.reduce((sum, x) => sum + x * x, 0)));
    for (let d = 0; d < dim; d++) row[d]! /= length;
  }
  return rows;
}

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
   * @param how numbers and device; a provider of a GPU runs what it can and leaves the rest to the CPU
   * @param place where the model's graphs are kept, and the name of its weights there (see `encoderFile`)
   * @throws EngineError as `encoderFile`; BACKEND_UNAVAILABLE when onnxruntime cannot open the graph
   */
  static async open(
    place: { folder: string; key: string },
    resolved: string,
    threads: number,
    { precision, device }: EncoderHow = { precision: 'float32', device: 'cpu' },
  ): Promise<OnnxEncoder> {
    const open = async (streams: readonly Stream[]): Promise<InferenceSession> => {
      const file = await encoderFile(place.folder, place.key, resolved, streams, precision);
      return onnxRuntime()
        .InferenceSession.create(file, {
          executionProviders: [device],
          intraOpNumThreads: threads,
          // A GPU that is not there is no error to print: it is tried and reported.
          ...(device !== 'cpu' && { logSeverityLevel: 4 as const }),
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
            `onnxruntime cannot open the graph of this model${device === 'cpu' ? '' : ` on ${device}`}: ${(thrown as Error).message.trim()}`,
            { path: file },
            thrown,
          );
        });
    };
    return new OnnxEncoder(open, await open(['audio', 'visual']));
  }

  private input(): { audioLength: number; imgSize: number; sync: boolean } {
    return {
      // A graph of CAV-MAE Sync takes sound per frame, not per clip.
      sync: sizesOf(this.whole, 'audio')[0] === 'N',
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
    const { imgSize, audioLength, sync } = this.input();
    const seen: ClipInput = {
      fbank: inputNames.includes('audio') ? clip.fbank : null,
      frames: inputNames.includes('image') ? (sync && clip.aligned) || clip.frames : null,
    };
    requireModality(seen);
    const total = seen.frames?.count ?? (sync ? syncOptions.alignedFrames : 1);
    const chosen = spreadFrames(total, frames >= 10 ? total : frames);
    const pictures = (indices: readonly number[]) => seen.frames && framePixels(seen.frames, indices, imgSize);
    if (sync)
      return {
        sound: seen.fbank && alignedSegments(seen.fbank, chosen, total, audioLength),
        pixels: pictures(chosen),
        weights: chosen.map(() => 1 / chosen.length),
      };
    const sound = seen.fbank && fbankInput(seen.fbank, audioLength);
    if (!seen.frames) return { sound, pixels: null, weights: [1] };
    const { indices, weights } = distinctFrames(seen.frames, chosen);
    return { sound, pixels: pictures(indices), weights };
  }

  /** What clips must share to go together: null for one that cannot be embedded. */
  kindOf(clip: ClipInput, frames: number): string | null {
    try {
      const { sound, pixels, weights } = this.shown(clip, frames);
      return `${sound !== null} ${pixels !== null} ${weights.length}`;
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
    const { sound, pixels, weights } = shown[0]!;
    const { audioLength, imgSize, sync } = this.input();
    const feeds: Record<string, InstanceType<typeof Tensor>> = {};
    if (sound) {
      const audio = new Float32Array(clips.length * sound.length);
      shown.forEach((one, i) => audio.set(one.sound!, i * sound.length));
      feeds.audio = new Tensor('float32', audio, [audio.length / (audioLength * MEL_BINS), audioLength, MEL_BINS]);
    }
    if (pixels) {
      const values = new Float32Array(clips.length * pixels.length);
      shown.forEach((one, i) => values.set(normaliseFrames(one.pixels!, imgSize), i * pixels.length));
      feeds.image = new Tensor('float32', values, [clips.length * weights.length, 3, imgSize, imgSize]);
    }
    const session = await this.session([...(sound ? ['audio' as const] : []), ...(pixels ? ['visual' as const] : [])]);
    const wanted = Object.values(outputNames).filter((name) => session.outputNames.includes(name));
    const results = await session.run(feeds, wanted);
    const rows = (name: string): Float32Array => {
      const data = results[name]!.data as Float32Array;
      return sync && name !== 'joint' ? unitRows(data, this.dim) : data;
    };
    const missing = () => new Float32Array(this.dim).fill(NaN);
    const [ofSound, ofPicture, ofBoth] = [sound && rows('c_a'), pixels && rows('c_v'), rows('joint')];
    const embeddings = shown.map(({ weights: shares }, i): ClipEmbedding => ({
      audio: ofSound ? meanRow(ofSound, sync ? i * shares.length : i, sync ? shares : [1], this.dim) : missing(),
      visual: ofPicture ? meanRow(ofPicture, i * shares.length, shares, this.dim) : missing(),
      joint: meanRow(ofBoth, i * shares.length, shares, this.dim),
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
