// What the compute worker answers when a job asks which numbers and which device are to embed with a model: what was
// asked for, what was chosen before, or what comes out of trying.
import { stat } from 'node:fs/promises';
import { startBackend } from '../backend/startBackend.ts';
import type { DeviceWish, ExtractionChoice, PrecisionWish } from '../../shared/contract/extraction.ts';
import { EngineError } from '../../shared/engineError.ts';
import { chooseEncoder, mostTriedClips } from '../extraction/chooseEncoder.ts';
import { gpuDevices } from '../extraction/gpuDevices.ts';
import { OnnxEncoder } from '../extraction/onnxEncoder.ts';
import { RememberedChoices } from '../extraction/rememberedChoices.ts';
import type { ClipInput } from '../inference/clipInput.ts';
import { clearEncoder, throughOnnx, type EncoderRequest } from './openEncoder.ts';
import { clearModels, keyOf } from './openModel.ts';
import { readClipInput } from './readClipInput.ts';

export interface ChooseRequest extends Pick<EncoderRequest, 'graphs' | 'extraction'> {
  model: string;
  /** Input files of the first clips; those that cannot be read are passed over. */
  inputs: string[];
  frames: number;
  precision: PrecisionWish;
  device: DeviceWish;
}

/**
 * Below this a model gains too little from int8 to have its numbers moved by it (1.3 times at 10 MB, 2.3 times at base
 * size).
 */
const smallModelBytes = 64 * 1024 ** 2;

/** Int8 is tried by itself for large models only; asked for, it is taken for any. */
async function precisionToTry(model: string, asked: PrecisionWish): Promise<PrecisionWish> {
  if (asked !== 'auto') return asked;
  const bytes = await stat(model).then(
    (file) => file.size,
    () => 0,
  );
  return bytes < smallModelBytes ? 'float32' : 'auto';
}

async function readable(inputs: readonly string[]): Promise<ClipInput[]> {
  const read = await Promise.allSettled(inputs.slice(0, mostTriedClips).map((path) => readClipInput(path)));
  const clips = read.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return clips.filter(({ fbank, frames }) => fbank !== null || frames !== null);
}

/**
 * @throws EngineError BACKEND_UNAVAILABLE where what is asked for cannot be had, BAD_INPUT for int8 on a GPU,
 * CANCELLED; what opening
 *   the model throws
 */
export async function chooseExtractionFor(request: ChooseRequest, signal: AbortSignal): Promise<ExtractionChoice> {
  const { model, precision, device, frames, graphs } = request;
  const backend = await startBackend();
  if (!throughOnnx(backend, request)) {
    const gpu = backend.backend === 'native-gpu';
    if (precision === 'int8')
      throw new EngineError('BACKEND_UNAVAILABLE', 'int8 needs onnxruntime, which does not compute here', {
        field: 'precision',
        hint: 'Use --precision auto.',
      });
    if (device === 'gpu' && !gpu)
      throw new EngineError('BACKEND_UNAVAILABLE', `tensorflow.js runs on the CPU here: ${backend.reason}`, {
        field: 'device',
        hint: 'Use --device cpu.',
      });
    const reason = `tensorflow.js computes ${gpu ? 'on the GPU' : 'on the CPU'}`;
    return { precision: 'float32', device: gpu ? 'cuda' : 'cpu', agreement: null, reason };
  }
  const weights = await keyOf(model);
  const remembered = new RememberedChoices(graphs!);
  const wish = `${precision} ${device}`;
  const known = await remembered.find(weights, wish);
  if (known) return known;
  // Nothing may hold memory or threads beside what is timed.
  await Promise.all([clearEncoder(), clearModels()]);
  const clips = await readable(request.inputs);
  const crashed = new Set(await remembered.crashed());
  const choice = await chooseEncoder({
    clips,
    frames,
    precision: await precisionToTry(model, precision),
    device,
    gpus: gpuDevices().filter((name) => !crashed.has(name)),
    checkStopped: () => signal.throwIfAborted(),
    open: async (how) => {
      const opened = () => OnnxEncoder.open({ folder: graphs!, key: weights }, model, backend.threads, how);
      if (how.device === 'cpu') return opened();
      await remembered.beginTrial(how.device);
      const encoder = await opened().catch(async (thrown: unknown) => {
        await remembered.endTrial(how.device);
        throw thrown;
      });
      return {
        embed: (...call) => encoder.embed(...call),
        dispose: async () => {
          await encoder.dispose();
          await remembered.endTrial(how.device);
        },
      };
    },
  });
  if (clips.length > 0) await remembered.remember(weights, wish, choice);
  return choice;
}
