// Chooses the numbers and the device that compute a model's embeddings here, by trying them: each way embeds the same
// clips, and the fastest one that agrees with float32 on the CPU is taken.
import type {
  Agreement,
  Device,
  DeviceWish,
  ExtractionChoice,
  Precision,
  PrecisionWish,
} from '../../shared/contract/extraction.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { ClipInput } from '../inference/clipInput.ts';
import type { ClipEmbedding } from '../inference/embed.ts';
import { MEL_BINS } from '../model/config.ts';
import { agreementOf, agrees, leastCosineAllowed, leastNeighboursAllowed } from './agreement.ts';
import type { GpuDevice } from './gpuDevices.ts';
import type { EncoderHow } from './onnxEncoder.ts';
import { percentText } from '../../shared/percentText.ts';

export interface TriedEncoder {
  embed(clips: readonly ClipInput[], frames: number): Promise<ClipEmbedding[]>;
  dispose(): Promise<void>;
}

export interface Choosing {
  open(how: EncoderHow): Promise<TriedEncoder>;
  /** The first clips of the job; more than 24 are not looked at. */
  clips: readonly ClipInput[];
  frames: number;
  precision: PrecisionWish;
  device: DeviceWish;
  /** Providers to try, the most promising first. */
  gpus: readonly GpuDevice[];
  /** Throws once the job is stopped. */
  checkStopped(): void | Promise<void>;
  /** Seconds of processor time and by the clock. */
  clock?(): { cpuS: number; wallS: number };
}

export const mostTriedClips = 24;
/** Fewer frames than a job's, for less work: a mean over more of them can only be nearer. */
const triedFrames = 3;
/** A way has to be worth its differences. */
const leastGain = 1.1;
/** Of the CPU's time for the same clip: a GPU that emulates is not waited for twice. */
const hopelesslySlow = 5;

const processClock = (): { cpuS: number; wallS: number } => {
  const { user, system } = process.cpuUsage();
  return { cpuS: (user + system) / 1e6, wallS: performance.now() / 1000 };
};

interface Speed {
  cpuS: number;
  wallS: number;
}

const nameOf = ({ precision, device }: EncoderHow): string => (device === 'cpu' ? `${precision} on the CPU` : device);

/**
 * "2.5 times faster than float32 on the CPU; least cosine 0.99992, 99 % of the 10 nearest neighbours equal over 24
 * clips".
 */
export const agreementText = ({ clips, leastCosine, neighbours, neighboursEach, timesFaster }: Agreement): string =>
  `${timesFaster.toFixed(1)} times faster than float32 on the CPU; least cosine ${leastCosine.toFixed(5)}` +
  (neighbours === null ? '' : `, ${percentText(neighbours)} of the ${neighboursEach} nearest neighbours equal`) +
  ` over ${clips} ${clips === 1 ? 'clip' : 'clips'}`;

/** The same sound begun `share` later, wrapping around, and one frame alone. */
function viewOf({ fbank, frames }: ClipInput, share: number): ClipInput {
  const turn = <T extends Float32Array>(values: T): Float32Array => {
    const from = Math.floor((share * values.length) / MEL_BINS) * MEL_BINS;
    const turned = new Float32Array(values.length);
    turned.set(values.subarray(from));
    turned.set(values.subarray(0, from), values.length - from);
    return turned;
  };
  const bytes = frames ? frames.data.length / frames.count : 0;
  const at = frames ? Math.floor(share * frames.count) : 0;
  return {
    fbank: fbank && turn(fbank),
    frames: frames && { ...frames, data: frames.data.subarray(at * bytes, (at + 1) * bytes), count: 1 },
  };
}

/**
 * 24 clips to compare; fewer are filled up with other parts of them, since nearest neighbours need some to choose from.
 */
function viewsOf(clips: readonly ClipInput[]): ClipInput[] {
  if (clips.length >= mostTriedClips) return clips.slice(0, mostTriedClips);
  const each = Math.ceil(mostTriedClips / clips.length);
  return clips
    .flatMap((clip) => Array.from({ length: each }, (_, i) => viewOf(clip, i / each)))
    .slice(0, mostTriedClips);
}

class Trials {
  private readonly choosing: Choosing;
  private readonly clock: () => Speed;
  private readonly views: ClipInput[];
  private yardstick: { speed: Speed; rows: ClipEmbedding[] } | null = null;
  readonly rejected: string[] = [];

  constructor(choosing: Choosing) {
    this.choosing = choosing;
    this.views = viewsOf(choosing.clips);
    this.clock = choosing.clock ?? processClock;
  }

  private async timed(work: () => Promise<unknown>): Promise<Speed> {
    await this.choosing.checkStopped();
    const before = this.clock();
    await work();
    const after = this.clock();
    return { cpuS: after.cpuS - before.cpuS, wallS: after.wallS - before.wallS };
  }

  /** Least of two runs over the first clip, once warm. */
  private async speedOf(encoder: TriedEncoder, limitS = Infinity): Promise<Speed> {
    const { clips, frames } = this.choosing;
    const run = () => encoder.embed([clips[0]!], frames);
    const warm = await this.timed(run);
    if (warm.wallS > limitS) return warm;
    const [one, two] = [await this.timed(run), await this.timed(run)];
    return { cpuS: Math.min(one.cpuS, two.cpuS), wallS: Math.min(one.wallS, two.wallS) };
  }

  private async rowsOf(encoder: TriedEncoder): Promise<ClipEmbedding[]> {
    const rows: ClipEmbedding[] = [];
    for (const view of this.views) {
      await this.choosing.checkStopped();
      rows.push(...(await encoder.embed([view], Math.min(triedFrames, this.choosing.frames))));
    }
    return rows;
  }

  private async float32(): Promise<{ speed: Speed; rows: ClipEmbedding[] }> {
    if (this.yardstick) return this.yardstick;
    const encoder = await this.choosing.open({ precision: 'float32', device: 'cpu' });
    try {
      return (this.yardstick = { speed: await this.speedOf(encoder), rows: await this.rowsOf(encoder) });
    } finally {
      await encoder.dispose();
    }
  }

  /**
   * @param asked by a person: then it is taken although it is slower, and a way that does not agree is still refused
   * for a GPU
   * @returns null for a way that is refused; `rejected` says why
   */
  async try(how: EncoderHow, asked: boolean): Promise<ExtractionChoice | null> {
    const { speed, rows } = await this.float32();
    let encoder: TriedEncoder | null = null;
    try {
      encoder = await this.choosing.open(how);
      const limitS = asked ? Infinity : hopelesslySlow * Math.max(speed.wallS, 1);
      const own = await this.speedOf(encoder, limitS);
      const timesFaster = how.device === 'cpu' ? speed.cpuS / own.cpuS : speed.wallS / own.wallS;
      if (timesFaster < leastGain && !asked) {
        this.rejected.push(`${nameOf(how)} gains nothing here (${timesFaster.toFixed(2)} times as fast)`);
        return null;
      }
      const compared = agreementOf(rows, await this.rowsOf(encoder));
      const clips = Math.min(mostTriedClips, this.choosing.clips.length);
      const agreement: Agreement = { ...compared, clips, timesFaster };
      const taken = agrees(agreement) || (asked && how.device === 'cpu');
      if (taken) return { ...how, agreement, reason: agreementText(agreement) };
      this.rejected.push(
        `${nameOf(how)} is too far from float32 on the CPU (${agreementText(agreement)}; at least ${leastCosineAllowed} and ${percentText(leastNeighboursAllowed)} are needed)`,
      );
      return null;
    } catch (thrown) {
      await this.choosing.checkStopped();
      const error = EngineError.from(thrown);
      if (error.code === 'CANCELLED' || error.code === 'DISK_FULL' || (asked && how.device === 'cpu')) throw thrown;
      this.rejected.push(`${nameOf(how)} does not work here: ${error.message.split('\n')[0]!.slice(0, 300)}`);
      return null;
    } finally {
      await encoder?.dispose();
    }
  }
}

function waysToTry({ precision, device, gpus }: Choosing): { how: EncoderHow; asked: boolean }[] {
  const onGpu = (name: Device) => ({
    how: { precision: 'float32' as Precision, device: name },
    asked: device === 'gpu',
  });
  return [
    ...(precision !== 'float32' && device !== 'gpu'
      ? [{ how: { precision: 'int8' as Precision, device: 'cpu' as Device }, asked: precision === 'int8' }]
      : []),
    ...(precision !== 'int8' && device !== 'cpu' ? gpus.map(onGpu) : []),
  ];
}

/**
 * @param choosing what is asked for, and what to try it with
 * @returns float32 on the CPU where nothing else is faster and agrees
 * @throws EngineError BAD_INPUT for int8 on a GPU; BACKEND_UNAVAILABLE where a GPU is asked for and none can be used;
 * what `open` and
 *   `embed` throw for float32 on the CPU
 */
export async function chooseEncoder(choosing: Choosing): Promise<ExtractionChoice> {
  const { precision, device } = choosing;
  if (precision === 'int8' && device === 'gpu')
    throw new EngineError('BAD_INPUT', 'int8 runs on the CPU only', {
      field: 'precision',
      hint: 'Use --device cpu or auto, or --precision float32.',
    });
  const trials = new Trials(choosing);
  let best: ExtractionChoice | null = null;
  const ways = choosing.clips.length > 0 ? waysToTry(choosing) : [];
  for (const { how, asked } of ways) {
    const choice = await trials.try(how, asked);
    if (choice && (best?.agreement?.timesFaster ?? 0) < choice.agreement!.timesFaster) best = choice;
  }
  if (best) return { ...best, reason: [best.reason, ...trials.rejected].join('; ') };
  if (device === 'gpu')
    throw new EngineError(
      'BACKEND_UNAVAILABLE',
      `no GPU computes embeddings here: ${trials.rejected.join('; ') || 'onnxruntime has no provider for one on this system'}`,
      { field: 'device', hint: 'Use --device cpu.' },
    );
  const asked = precision === 'float32' && device === 'cpu';
  return {
    precision: choosing.clips.length === 0 && precision === 'int8' ? 'int8' : 'float32',
    device: 'cpu',
    agreement: null,
    reason: asked ? 'asked for' : trials.rejected.join('; ') || 'nothing else was tried',
  };
}
