// Writes MP4 files every browser plays: H.264 (yuv420p) and AAC, index in front. Pictures come as RGB, sound as mono
// float samples.
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV420P,
  AV_SAMPLE_FMT_FLTP,
  AVERROR_EAGAIN,
  AVERROR_ENOSPC,
  AVERROR_EOF,
  SWS_BICUBIC,
} from 'node-av/constants';
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  Packet,
  Rational,
  SoftwareScaleContext,
  type Stream,
} from 'node-av/lib';
import { EngineError } from '../../../shared/engineError.ts';
import type { Picture } from '../mediaDecoder.ts';
import { quietLog } from './quietLog.ts';

export interface Mp4Options {
  /** Even numbers; pictures of another size are scaled. */
  video: {
    width: number;
    height: number;
    frameRateHz: number;
    crf: number;
    preset: string;
    bFrames?: number;
    gop?: number;
  } | null;
  audio: { sampleRateHz: number; bitRate: number } | null;
}

interface Track {
  stream: Stream;
  context: CodecContext;
}

quietLog();

/** Picture timestamps are in this many units a second, enough for any frame rate. */
const clockHz = 90_000;

function encoderOf(name: string): Codec {
  const codec = Codec.findEncoderByName(name as never);
  if (!codec) throw new EngineError('BACKEND_UNAVAILABLE', `this FFmpeg has no ${name} encoder`);
  return codec;
}

export class Mp4Writer {
  private readonly format = new FormatContext();
  private readonly packet = new Packet();
  private readonly scaler = new SoftwareScaleContext();
  private readonly options: Mp4Options;
  private readonly path: string;
  private video: Track | null = null;
  private audio: Track | null = null;
  private pending = new Float32Array(0);
  private samplesWritten = 0;
  private lastTick = -1n;

  private constructor(path: string, options: Mp4Options) {
    this.path = path;
    this.options = options;
    this.packet.alloc();
    this.scaler.allocContext();
    this.scaler.setOption('sws_flags', SWS_BICUBIC as never);
  }

  static async open(path: string, options: Mp4Options): Promise<Mp4Writer> {
    const writer = new Mp4Writer(path, options);
    await writer.begin(path);
    return writer;
  }

  private written(code: number): void {
    if (code === AVERROR_ENOSPC)
      throw new EngineError('DISK_FULL', 'the disk is full', {
        path: this.path,
        hint: 'Free some space; what was stored so far is kept.',
      });
    FFmpegError.throwIfError(code, `cannot write ${this.path}`);
  }

  private async begin(path: string): Promise<void> {
    const { video, audio } = this.options;
    FFmpegError.throwIfError(this.format.allocOutputContext2(null, 'mp4', `file:${path}`), 'cannot make an MP4');
    if (video)
      this.video = await this.track(
        'libx264',
        (context) =>
          Object.assign(context, {
            width: video.width,
            height: video.height,
            pixelFormat: AV_PIX_FMT_YUV420P,
            timeBase: new Rational(1, clockHz),
            framerate: new Rational(Math.round(video.frameRateHz * 1000), 1000),
            gopSize: video.gop ?? Math.max(1, Math.round(video.frameRateHz * 2)),
            maxBFrames: video.bFrames ?? 0,
            threadCount: 1,
          }),
        { preset: video.preset, crf: String(video.crf) },
      );
    if (audio)
      this.audio = await this.track(
        'aac',
        (context) =>
          Object.assign(context, {
            sampleRate: audio.sampleRateHz,
            channelLayout: AV_CHANNEL_LAYOUT_MONO,
            sampleFormat: AV_SAMPLE_FMT_FLTP,
            bitRate: BigInt(audio.bitRate),
            timeBase: new Rational(1, audio.sampleRateHz),
          }),
        {},
      );
    this.written(await this.format.openOutput());
    using header = Dictionary.fromObject({ movflags: '+faststart' });
    this.written(await this.format.writeHeader(header));
  }

  private async track(
    name: string,
    configure: (context: CodecContext) => void,
    options: Record<string, string>,
  ): Promise<Track> {
    const codec = encoderOf(name);
    const context = new CodecContext();
    context.allocContext3(codec);
    configure(context);
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    using dictionary = Dictionary.fromObject(options);
    FFmpegError.throwIfError(await context.open2(codec, dictionary), `cannot start the ${name} encoder`);
    const stream = this.format.newStream(codec);
    FFmpegError.throwIfError(stream.codecpar.fromContext(context), 'cannot describe the stream');
    stream.timeBase = context.timeBase;
    return { stream, context };
  }

  /** Adds a picture shown from `timeS` on; a time not after the last one's is left out. */
  async picture(picture: Picture, timeS: number): Promise<void> {
    const tick = BigInt(Math.round(timeS * clockHz));
    if (!this.video || !this.options.video || tick <= this.lastTick) return;
    this.lastTick = tick;
    const { width, height } = this.options.video;
    using rgb = Frame.fromVideoBuffer(
      Buffer.from(picture.data.buffer, picture.data.byteOffset, picture.data.byteLength),
      {
        width: picture.width,
        height: picture.height,
        format: AV_PIX_FMT_RGB24,
        pts: tick,
        timeBase: { num: 1, den: clockHz },
      },
    );
    using yuv = new Frame();
    yuv.alloc();
    Object.assign(yuv, { format: AV_PIX_FMT_YUV420P, width, height });
    FFmpegError.throwIfError(yuv.getBuffer(0), 'no memory for a picture');
    FFmpegError.throwIfError(await this.scaler.scaleFrame(yuv, rgb), 'cannot scale a picture');
    yuv.pts = tick;
    await this.encode(this.video, yuv);
  }

  /** Adds mono samples in [-1, 1]. */
  async sound(samples: Float32Array): Promise<void> {
    if (!this.audio) return;
    const joined = new Float32Array(this.pending.length + samples.length);
    joined.set(this.pending);
    joined.set(samples, this.pending.length);
    const size = this.audio.context.frameSize;
    let at = 0;
    for (; at + size <= joined.length; at += size) await this.samples(joined.subarray(at, at + size));
    this.pending = joined.slice(at);
  }

  private async samples(samples: Float32Array): Promise<void> {
    const { sampleRateHz } = this.options.audio!;
    const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
    using frame = Frame.fromAudioBuffer(bytes, {
      nbSamples: samples.length,
      format: AV_SAMPLE_FMT_FLTP,
      sampleRate: sampleRateHz,
      channelLayout: AV_CHANNEL_LAYOUT_MONO,
      pts: BigInt(this.samplesWritten),
      timeBase: { num: 1, den: sampleRateHz },
    });
    this.samplesWritten += samples.length;
    await this.encode(this.audio!, frame);
  }

  private async encode({ context, stream }: Track, frame: Frame | null): Promise<void> {
    FFmpegError.throwIfError(await context.sendFrame(frame), 'cannot encode');
    for (;;) {
      const code = await context.receivePacket(this.packet);
      if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return;
      FFmpegError.throwIfError(code, 'cannot encode');
      this.packet.streamIndex = stream.index;
      // x264 says nothing of durations, and the last picture would last no time.
      if (context === this.video?.context)
        this.packet.duration = BigInt(Math.round(clockHz / this.options.video!.frameRateHz));
      this.packet.rescaleTs(context.timeBase, stream.timeBase);
      this.written(await this.format.interleavedWriteFrame(this.packet));
    }
  }

  /** Finishes the file. */
  async finish(): Promise<void> {
    if (this.pending.length) await this.samples(this.pending);
    this.pending = new Float32Array(0);
    if (this.audio) await this.encode(this.audio, null);
    if (this.video) await this.encode(this.video, null);
    this.written(await this.format.writeTrailer());
    await this.close();
  }

  /** Frees everything; the file is unfinished unless `finish` was called. */
  async close(): Promise<void> {
    await this.format.closeOutput();
    this.format.freeContext();
    for (const track of [this.video, this.audio]) track?.context.freeContext();
    this.video = this.audio = null;
    this.scaler.freeContext();
    this.packet.free();
  }
}
