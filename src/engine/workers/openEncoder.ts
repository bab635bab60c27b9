// What computes embeddings in the compute worker: the model in onnxruntime or in tensorflow.js, behind one face. One onnxruntime model is
// kept, and freed some time after its last use: its memory is as large again as the weights.
import { freemem } from 'node:os';
import { startBackend } from '../backend/startBackend.ts';
import type { BackendReport } from '../../shared/contract/system.ts';
import { EngineError } from '../../shared/engineError.ts';
import { chooseExtraction, wished, type Extraction, type ExtractionWish } from '../extraction/extractionRuntime.ts';
import { OnnxEncoder } from '../extraction/onnxEncoder.ts';
import type { ClipInput } from '../inference/clipInput.ts';
import { embedClip, type ClipEmbedding } from '../inference/embed.ts';
import { keyOf, withModel } from './openModel.ts';

export interface Encoder {
  runtime: Extraction['runtime'];
  /** Why onnxruntime was to compute and could not. */
  notice: string | null;
  /** D. */
  dim: number;
  /** Clips that are worth computing together and that memory has room for. */
  groupSize(frames: number): number;
  /** What clips must share to go together. */
  kindOf(clip: ClipInput, frames: number): string | null;
  embed(clips: readonly ClipInput[], frames: number): Promise<ClipEmbedding[]>;
}

/** More clips in a pass gain 7 % at most, with few frames or at the small size, and take memory for it (BENCHMARKS.md): hence the low budget. */
const LARGEST_GROUP = 4;
const passBudgetMegabytes = 512;
const idleMs = 60_000;

interface Kept {
  key: string;
  encoder: Promise<OnnxEncoder>;
  users: number;
  timer: NodeJS.Timeout | null;
}
let kept: Kept | null = null;
/** Models whose graph could not be written or opened, and why: not tried again by this process. */
const unusable = new Map<string, string>();

async function free(entry: Kept): Promise<void> {
  if (kept === entry) kept = null;
  if (entry.timer) clearTimeout(entry.timer);
  await entry.encoder.then(
    (encoder) => encoder.dispose(),
    () => {},
  );
}

/** Frees the model kept in onnxruntime, unless it is in use. */
export async function clearEncoder(): Promise<void> {
  if (kept?.users === 0) await free(kept);
}

async function withOnnx<R>(
  key: string,
  open: () => Promise<OnnxEncoder>,
  use: (encoder: OnnxEncoder) => Promise<R> | R,
): Promise<R> {
  if (kept && kept.key !== key) await clearEncoder();
  // One of another key may still be in use: then it is freed by its last user, being no longer the one kept.
  const entry: Kept = kept?.key === key ? kept : { key, encoder: open(), users: 0, timer: null };
  kept = entry;
  if (entry.timer) clearTimeout(entry.timer);
  entry.users++;
  try {
    return await use(await entry.encoder);
  } finally {
    entry.users--;
    if (entry.users === 0) {
      const opened = await entry.encoder.then(
        () => true,
        () => false,
      );
      if (kept !== entry || !opened) await free(entry);
      else entry.timer = setTimeout(() => void clearEncoder(), idleMs).unref();
    }
  }
}

const throughTensorflow = <R>(
  spec: string,
  notice: string | null,
  use: (encoder: Encoder) => Promise<R> | R,
): Promise<R> =>
  withModel(spec, (model) =>
    use({
      runtime: 'tfjs',
      notice,
      dim: model.config.embedDim,
      groupSize: () => 1,
      kindOf: () => null,
      embed: async (clips, frames) => clips.map((clip) => embedClip(model, clip, frames)),
    }),
  );

const faceOf = (onnx: OnnxEncoder): Encoder => ({
  runtime: 'onnxruntime',
  notice: null,
  dim: onnx.dim,
  kindOf: (clip, frames) => onnx.kindOf(clip, frames),
  embed: (clips, frames) => onnx.embed(clips, frames),
  groupSize: (frames) =>
    Math.max(
      1,
      Math.min(
        LARGEST_GROUP,
        Math.floor(Math.min(passBudgetMegabytes, freemem() / 1024 ** 2 / 4) / onnx.passMegabytes(frames)),
      ),
    ),
});

/** What `embed` will use when a request does not say otherwise; a wish that cannot be had is told when it is needed. */
export function extractionReport(backend: BackendReport): Extraction {
  try {
    return chooseExtraction(backend);
  } catch (thrown) {
    return { runtime: 'tfjs', reason: EngineError.from(thrown).message };
  }
}

/**
 * Runs `use` with a model that can embed, freshly opened or kept.
 * @param spec as for `withModel`
 * @param how without `graphs`, a folder to keep graphs in, tensorflow.js computes
 *   Where onnxruntime was nobody's wish and its graph cannot be written or opened, tensorflow.js computes, and `notice` says why.
 * @throws EngineError as `withModel`; BACKEND_UNAVAILABLE, DISK_FULL and others where onnxruntime is asked for and cannot be used
 */
export async function withEncoder<R>(
  spec: string,
  how: { graphs?: string | undefined; extraction?: ExtractionWish | undefined },
  use: (encoder: Encoder) => Promise<R> | R,
): Promise<R> {
  const backend = await startBackend();
  const wish = how.extraction ?? wished();
  if (how.graphs === undefined || chooseExtraction(backend, wish).runtime === 'tfjs')
    return throughTensorflow(spec, null, use);
  const key = await keyOf(spec);
  const place = { folder: how.graphs, key };
  const refused = wish === 'auto' ? unusable.get(key) : undefined;
  if (refused !== undefined) return throughTensorflow(spec, refused, use);
  let opened = false;
  try {
    return await withOnnx(
      key,
      () => OnnxEncoder.open(place, spec, backend.threads),
      (onnx) => {
        opened = true;
        return use(faceOf(onnx));
      },
    );
  } catch (thrown) {
    if (opened || wish !== 'auto') throw thrown;
    // A model that is at fault itself is refused by tensorflow.js as well.
    const { message } = EngineError.from(thrown);
    unusable.set(key, message);
    return throughTensorflow(spec, message, use);
  }
}
