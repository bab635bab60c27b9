// What computes embeddings in the compute worker: the model in onnxruntime or in tensorflow.js, behind one interface. One onnxruntime
// model is kept, and freed some time after its last use: its memory is as large again as the weights.
import { startBackend } from '../backend/startBackend.ts';
import type { BackendReport } from '../../shared/contract/system.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { Device, Precision } from '../../shared/contract/extraction.ts';
import { chooseExtraction, wished, type Extraction, type ExtractionWish } from '../extraction/extractionRuntime.ts';
import { FallbackEncoder } from '../extraction/fallbackEncoder.ts';
import { gpuDevices } from '../extraction/gpuDevices.ts';
import { OnnxEncoder } from '../extraction/onnxEncoder.ts';
import type { ClipInput } from '../inference/clipInput.ts';
import { embedClip, type ClipEmbedding } from '../inference/embed.ts';
import { keyOf, withModel } from './openModel.ts';

export interface Encoder {
  runtime: Extraction['runtime'];
  /** Of the weights of linear layers. */
  precision: Precision;
  /** Changes to `cpu` when a GPU is lost. */
  readonly device: Device;
  /** Why something else computes than was to. */
  readonly notice: string | null;
  /** D. */
  dim: number;
  /** Clips that are computed together. */
  groupSize(frames: number): number;
  /** What clips must share to go together. */
  kindOf(clip: ClipInput, frames: number): string | null;
  embed(clips: readonly ClipInput[], frames: number): Promise<ClipEmbedding[]>;
}

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
  backend: BackendReport,
  notice: string | null,
  use: (encoder: Encoder) => Promise<R> | R,
): Promise<R> =>
  withModel(spec, (model) =>
    use({
      runtime: 'tfjs',
      precision: 'float32',
      device: backend.backend === 'native-gpu' ? 'cuda' : 'cpu',
      notice,
      dim: model.config.embedDim,
      groupSize: () => 1,
      kindOf: () => null,
      embed: async (clips, frames) => clips.map((clip) => embedClip(model, clip, frames)),
    }),
  );

const encoderOf = (onnx: OnnxEncoder, precision: Precision, computing: FallbackEncoder): Encoder => ({
  runtime: 'onnxruntime',
  precision,
  get device() {
    return computing.device;
  },
  get notice() {
    return computing.notice;
  },
  dim: onnx.dim,
  kindOf: (clip, frames) => onnx.kindOf(clip, frames),
  embed: (clips, frames) => computing.embed(clips, frames),
  // Clips of a pass share scales (int8) and the order of sums (float32): alone, an embedding does not depend on its neighbours or on free
  // memory, and is the same to the bit on every machine. Several in a pass gained 7 % at most (BENCHMARKS.md).
  groupSize: () => 1,
});

/** What `embed` will use when a request does not say otherwise; a wish that cannot be had is told when it is needed. */
export function extractionReport(backend: BackendReport): NonNullable<BackendReport['extraction']> {
  try {
    const chosen = chooseExtraction(backend);
    return { ...chosen, gpus: chosen.runtime === 'onnxruntime' ? gpuDevices() : [] };
  } catch (thrown) {
    return { runtime: 'tfjs', reason: EngineError.from(thrown).message, gpus: [] };
  }
}

export interface EncoderRequest {
  graphs?: string | undefined;
  extraction?: ExtractionWish | undefined;
  /** float32 unless told otherwise. */
  precision?: Precision | undefined;
  /** The CPU unless told otherwise. */
  device?: Device | undefined;
}

/** Whether onnxruntime computes a request. @throws EngineError BACKEND_UNAVAILABLE when it is asked for and does not load */
export const throughOnnx = (
  backend: BackendReport,
  { graphs, extraction }: Pick<EncoderRequest, 'graphs' | 'extraction'>,
): boolean => graphs !== undefined && chooseExtraction(backend, extraction ?? wished()).runtime === 'onnxruntime';

/** Runs `use` with a graph on a device, opened as asked; the CPU takes over where the device cannot be opened or is lost. */
async function withGraph<R>(
  place: { folder: string; key: string },
  spec: string,
  threads: number,
  { precision, device }: { precision: Precision; device: Device },
  use: (encoder: Encoder) => Promise<R> | R,
): Promise<R> {
  const on = <T>(which: Device, work: (onnx: OnnxEncoder) => Promise<T> | T): Promise<T> =>
    withOnnx(
      `${place.key}|${precision}|${which}`,
      () => OnnxEncoder.open(place, spec, threads, { precision, device: which }),
      work,
    );
  const onCpu: FallbackEncoder['embed'] = (clips, frames) => on('cpu', (onnx) => onnx.embed(clips, frames));
  let opened = false;
  try {
    return await on(device, (onnx) => {
      opened = true;
      const first = (...call: Parameters<FallbackEncoder['embed']>) => onnx.embed(...call);
      const computing = new FallbackEncoder(device, first, device === 'cpu' ? first : onCpu);
      return use(encoderOf(onnx, precision, computing));
    });
  } catch (thrown) {
    if (opened || device === 'cpu') throw thrown;
    return on('cpu', (onnx) => {
      const computing = new FallbackEncoder('cpu', onCpu, (...call) => onnx.embed(...call));
      computing.notice = `${EngineError.from(thrown).message.split('\n')[0]!}; the CPU computes`;
      return use(encoderOf(onnx, precision, computing));
    });
  }
}

/**
 * Runs `use` with a model that can embed, freshly opened or kept. A device that cannot be opened or is lost is replaced by the CPU.
 * Where onnxruntime was not asked for and its graph cannot be written or opened, tensorflow.js computes. `notice` says why.
 * @param spec as for `withModel`
 * @param how without `graphs`, a folder to keep graphs in, tensorflow.js computes
 * @throws EngineError as `withModel`; BACKEND_UNAVAILABLE, DISK_FULL and others where onnxruntime is asked for and cannot be used
 */
export async function withEncoder<R>(
  spec: string,
  how: EncoderRequest,
  use: (encoder: Encoder) => Promise<R> | R,
): Promise<R> {
  const backend = await startBackend();
  const wish = how.extraction ?? wished();
  if (!throughOnnx(backend, how)) return throughTensorflow(spec, backend, null, use);
  const key = await keyOf(spec);
  const refused = wish === 'auto' ? unusable.get(key) : undefined;
  if (refused !== undefined) return throughTensorflow(spec, backend, refused, use);
  const { precision = 'float32', device = 'cpu' } = how;
  let opened = false;
  try {
    return await withGraph({ folder: how.graphs!, key }, spec, backend.threads, { precision, device }, (encoder) => {
      opened = true;
      return use(encoder);
    });
  } catch (thrown) {
    if (opened || wish !== 'auto') throw thrown;
    // A model that is at fault itself is refused by tensorflow.js as well.
    const { message } = EngineError.from(thrown);
    unusable.set(key, message);
    return throughTensorflow(spec, backend, message, use);
  }
}
