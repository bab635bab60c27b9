// Sound of a window: one channel, by default the first (the reference's `sox remix 1`, never a mix), resampled by
// FFmpeg's swresample with its defaults.
import { AV_CHANNEL_LAYOUT_MONO, AV_SAMPLE_FMT_FLT } from 'node-av/constants';
import { SoftwareResampleContext, type Frame } from 'node-av/lib';
import type { DecodedSound, TimeWindow } from '../mediaDecoder.ts';
import { throwIfAborted } from './decodeFailed.ts';
import { openMedia, secondsOf, type OpenMedia } from './openMedia.ts';
import { packetTimeS, readPackets, seekFromS, seekTo } from './readPackets.ts';
import { StreamDecoder } from './streamDecoder.ts';

/**
 * Decoding starts this much before a later window, so that codecs with memory (MP3, AAC) and the resampler have
 * settled; more when a container without an index (MPEG-TS) has landed too late.
 */
const prerollsS = [0.5, 3, 12];
/** A stream that starts this little after the picture starts with it: containers store encoder delay this way. */
const startSlackS = 0.25;
/** A jump of timestamps larger than this is a gap, kept as silence. */
const gapS = 0.1;

/** Sample rate in Hz, and which channel, counted from 0 (by default the first). */
export interface WantedSound {
  rateHz: number;
  channel?: number | undefined;
}

class OneChannel implements Disposable {
  private context: SoftwareResampleContext | null = null;
  private format = '';
  private readonly rateHz: number;
  private readonly channel: number;

  constructor({ rateHz, channel = 0 }: WantedSound) {
    this.rateHz = rateHz;
    this.channel = channel;
  }

  /** Resampled samples of the frame; a change of format within the stream starts a new resampler. */
  push(frame: Frame): Float32Array {
    const format = `${frame.format}/${frame.sampleRate}/${frame.channels}`;
    let tail: Float32Array | null = null;
    if (format !== this.format) {
      tail = this.drain();
      this.open(frame);
      this.format = format;
    }
    const samples = this.convert(frame.extendedData ?? frame.data, frame.nbSamples);
    if (!tail?.length) return samples;
    const joined = new Float32Array(tail.length + samples.length);
    joined.set(tail);
    joined.set(samples, tail.length);
    return joined;
  }

  drain(): Float32Array {
    const samples = this.context ? this.convert(null, 0) : new Float32Array(0);
    this.context?.free();
    this.context = null;
    this.format = '';
    return samples;
  }

  private open(frame: Frame): void {
    const context = new SoftwareResampleContext();
    let code = context.allocSetOpts2(
      AV_CHANNEL_LAYOUT_MONO,
      AV_SAMPLE_FMT_FLT,
      this.rateHz,
      frame.channelLayout,
      frame.format as never,
      frame.sampleRate,
    );
    if (code >= 0 && frame.channels > 1)
      code = context.setMatrix(
        Array.from({ length: frame.channels }, (_, channel) =>
          channel === Math.min(this.channel, frame.channels - 1) ? 1 : 0,
        ),
        frame.channels,
      );
    if (code >= 0) code = context.init();
    if (code < 0) throw new Error(`cannot resample ${frame.channels} channels at ${frame.sampleRate} Hz`);
    this.context = context;
  }

  private convert(input: Buffer[] | null, count: number): Float32Array {
    const context = this.context!;
    const capacity = Math.max(context.getOutSamples(count), 0) + 64;
    const out = Buffer.alloc(capacity * 4);
    const written = context.convertSync([out], capacity, input, count);
    return new Float32Array(out.buffer, out.byteOffset, Math.max(written, 0)).slice();
  }

  [Symbol.dispose](): void {
    this.context?.free();
  }
}

/**
 * Samples of [startS, endS) at the wanted rate, silence where the stream starts later or leaves gaps; shorter where it
 * ends before the window. Null where the medium has no sound stream.
 */
export async function decodeSound(
  media: OpenMedia,
  window: TimeWindow,
  wantedSound: WantedSound,
  signal?: AbortSignal,
): Promise<DecodedSound | null> {
  if (!media.audio) return null;
  for (const prerollS of prerollsS) {
    await using again = prerollS === prerollsS[0] ? null : await openMedia(media.path);
    const { late, ...sound } = await decodeFrom(again ?? media, window, prerollS, wantedSound, signal);
    if (!late || prerollS === prerollsS.at(-1) || window.startS - prerollS < seekFromS) return sound;
  }
  return null;
}

/** `late`: the first sample found lies after the window's start. */
async function decodeFrom(
  media: OpenMedia,
  window: TimeWindow,
  prerollS: number,
  wantedSound: WantedSound,
  signal?: AbortSignal,
): Promise<DecodedSound & { late: boolean }> {
  const stream = media.audio!;
  const { rateHz } = wantedSound;
  media.only(stream);
  const firstS = secondsOf(stream.startTime, stream) ?? media.originS;
  const lag = firstS - media.originS;
  const originS = lag < startSlackS ? firstS : media.originS;
  await seekTo(media, stream, window.startS - prerollS);
  using decoder = await StreamDecoder.open(media.path, stream, 1);
  using channel = new OneChannel(wantedSound);
  const wanted = Math.round((window.endS - window.startS) * rateHz);
  const chunks: Float32Array[] = [];
  let have = 0;
  /** Index, relative to the window's start, of the next sample. */
  let at: number | null = null;
  let late = false;
  const add = (samples: Float32Array) => {
    const from = Math.max(0, -at!);
    at! += samples.length;
    if (from >= samples.length) return;
    const kept = from ? samples.subarray(from) : samples;
    chunks.push(kept);
    have += kept.length;
  };
  const silence = (count: number) => add(new Float32Array(Math.min(count, wanted + rateHz)));
  const take = (frame: Frame): boolean => {
    throwIfAborted(signal);
    if (!frame.nbSamples || !frame.sampleRate || !frame.channels) return false;
    const time = secondsOf(frame.bestEffortTimestamp, stream);
    const index = time === null ? null : Math.round((time - originS - window.startS) * rateHz);
    if (at === null) {
      at = index ?? 0;
      if (at > 0) {
        const missing = at;
        late = true;
        at = 0;
        silence(missing);
      }
    } else if (index !== null && index - at > gapS * rateHz) silence(index - at);
    add(channel.push(frame));
    return have >= wanted;
  };
  const { broken } = await readPackets(
    media,
    stream,
    async (packet) => {
      const time = packetTimeS(media, stream, packet);
      if (time !== null && time - window.endS > 1) return true;
      return decoder.feed(packet, take);
    },
    signal,
  );
  if (have < wanted) await decoder.feed(null, take);
  if (have < wanted && at !== null) add(channel.drain());
  const samples = new Float32Array(Math.min(have, wanted));
  let to = 0;
  for (const chunk of chunks) {
    samples.set(chunk.subarray(0, samples.length - to), to);
    to += Math.min(chunk.length, samples.length - to);
  }
  return { samples, salvaged: broken || decoder.errors > 0, late };
}
