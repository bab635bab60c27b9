// Makes small media of known content with FFmpeg's encoders, so that no media lie in the repository.
//
// Pictures are plain grey: number n of N has level 16 + round(208 n / N) in luma. Sound of channel c is a sine of 500 (c + 1) Hz.
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_DISPOSITION_DEFAULT,
  AV_PIX_FMT_YUV420P,
  AV_PKT_DATA_DISPLAYMATRIX,
  AVERROR_EAGAIN,
  AVERROR_EOF,
} from 'node-av/constants';
import {
  avChannelLayoutDefault,
  avGetBytesPerSample,
  avSampleFmtIsPlanar,
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  Packet,
  Rational,
  type Stream,
} from 'node-av/lib';
import { quietLog } from '../../../../src/engine/media/nodeAv/quietLog.ts';

export interface MediaRecipe {
  format: string;
  video?: {
    codec: string;
    width?: number;
    height?: number;
    rate?: number;
    gop?: number;
    rotation?: 90 | 180 | 270;
    aspect?: [number, number];
    frozen?: boolean;
    bFrames?: number;
    level?: (x: number, y: number, n: number) => number;
    /** Milliseconds at which picture n is shown, for a rate that varies. */ timeMs?: (n: number) => number;
  };
  audio?: SoundRecipe;
  /** Further sound tracks. */
  more?: SoundRecipe[];
  durationS: number;
}
interface SoundRecipe {
  codec: string;
  rate?: number;
  channels?: number;
  silent?: boolean;
  sample?: (n: number, channel: number) => number;
  /** Marked as the one to play. */ chosen?: boolean;
}

interface Track {
  context: CodecContext;
  stream: Stream;
}

export const levelOf = (n: number, count: number): number => 16 + Math.round((208 * n) / count);

export async function makeMedia(path: string, recipe: MediaRecipe): Promise<string> {
  quietLog();
  const format = new FormatContext();
  FFmpegError.throwIfError(format.allocOutputContext2(null, recipe.format, `file:${path}`), 'format');
  const tracks: Track[] = [];
  const add = async (name: string, configure: (context: CodecContext, codec: Codec) => void): Promise<Track> => {
    const codec = Codec.findEncoderByName(name as never);
    if (!codec) throw new Error(`no encoder ${name}`);
    const context = new CodecContext();
    context.allocContext3(codec);
    configure(context, codec);
    // A bare stream has no place for a header but among its pictures.
    if (recipe.format !== 'h264') context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    using options = Dictionary.fromObject({
      strict: 'experimental',
      ...(name === 'libx264' ? { preset: 'ultrafast', crf: '10' } : {}),
    });
    FFmpegError.throwIfError(await context.open2(codec, options), name);
    const stream = format.newStream(codec);
    FFmpegError.throwIfError(stream.codecpar.fromContext(context), 'parameters');
    stream.timeBase = context.timeBase;
    const track = { context, stream };
    tracks.push(track);
    return track;
  };
  const { video, durationS } = recipe;
  const rate = video?.rate ?? 10;
  const [width, height] = [video?.width ?? 64, video?.height ?? 48];
  const picture =
    video &&
    (await add(video.codec, (context, codec) =>
      Object.assign(context, {
        width,
        height,
        pixelFormat:
          codec.pixelFormats?.[0] === undefined || codec.pixelFormats.includes(AV_PIX_FMT_YUV420P)
            ? AV_PIX_FMT_YUV420P
            : codec.pixelFormats[0],
        timeBase: new Rational(1, video.timeMs ? 1000 : rate),
        framerate: new Rational(rate, 1),
        gopSize: video.gop ?? 12,
        maxBFrames: video.bFrames ?? 0,
        bitRate: 2_000_000n,
        sampleAspectRatio: new Rational(...(video.aspect ?? [1, 1])),
      }),
    ));
  if (picture && video.rotation)
    picture.stream.codecpar.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, displayMatrix(video.rotation));
  if (picture && video.aspect) picture.stream.sampleAspectRatio = new Rational(...video.aspect);
  const sounds: (SoundRecipe & Track & { soundRate: number; written: number })[] = [];
  for (const sound of [recipe.audio, ...(recipe.more ?? [])]) {
    if (!sound) continue;
    const soundRate = sound.rate ?? 16_000;
    const track = await add(sound.codec, (context, codec) =>
      Object.assign(context, {
        sampleRate: soundRate,
        channelLayout: avChannelLayoutDefault(sound.channels ?? 1),
        sampleFormat: codec.sampleFormats?.[0],
        bitRate: 96_000n,
        timeBase: new Rational(1, soundRate),
      }),
    );
    if (sound.chosen) track.stream.disposition = AV_DISPOSITION_DEFAULT;
    sounds.push({ ...sound, ...track, soundRate, written: 0 });
  }
  FFmpegError.throwIfError(await format.openOutput(), 'open');
  FFmpegError.throwIfError(await format.writeHeader(), 'header');
  const packet = new Packet();
  packet.alloc();
  const encode = async ({ context, stream }: Track, frame: Frame | null) => {
    FFmpegError.throwIfError(await context.sendFrame(frame), 'send');
    for (;;) {
      const code = await context.receivePacket(packet);
      if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return;
      FFmpegError.throwIfError(code, 'receive');
      packet.streamIndex = stream.index;
      // Without it an MP4 ends at the beginning of its last picture.
      if (stream === picture?.stream && !video?.timeMs && packet.duration === 0n) packet.duration = 1n;
      packet.rescaleTs(context.timeBase, stream.timeBase);
      FFmpegError.throwIfError(await format.interleavedWriteFrame(packet), 'write');
    }
  };
  const count = Math.round(durationS * rate);
  const soundUntil = async (timeS: number) => {
    for (const sound of sounds) {
      const size = sound.context.frameSize || 1024;
      const samples = Math.round(durationS * sound.soundRate);
      for (; sound.written < samples && sound.written < timeS * sound.soundRate; sound.written += size) {
        const n = Math.min(size, samples - sound.written);
        using frame = soundFrame(sound.context, n, sound.channels ?? 1, sound.written, sound.soundRate, (k, channel) =>
          sound.silent
            ? 0
            : (sound.sample?.(k, channel) ?? 0.5 * Math.sin((2 * Math.PI * 500 * (channel + 1) * k) / sound.soundRate)),
        );
        await encode(sound, frame);
      }
    }
  };
  if (picture)
    for (let n = 0; n < count; n++) {
      const at = video.frozen ? 0 : n;
      const plain = levelOf(at, count);
      using frame = pictureFrame(
        picture.context.pixelFormat,
        width,
        height,
        (x, y) => video.level?.(x, y, at) ?? plain,
      );
      frame.pts = BigInt(video.timeMs ? Math.round(video.timeMs(n)) : n);
      await soundUntil(n / rate);
      await encode(picture, frame);
    }
  await soundUntil(durationS);
  for (const track of tracks) await encode(track, null);
  FFmpegError.throwIfError(await format.writeTrailer(), 'trailer');
  await format.closeOutput();
  format.freeContext();
  for (const { context } of tracks) context.freeContext();
  packet.free();
  return path;
}

function pictureFrame(
  pixelFormat: number,
  width: number,
  height: number,
  level: (x: number, y: number) => number,
): Frame {
  const planar = pixelFormat === AV_PIX_FMT_YUV420P;
  // Other formats in use here (GIF's palette-free RGB8) hold one byte a pixel.
  const data = Buffer.alloc(planar ? (width * height * 3) / 2 : width * height, 128);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = level(x, y);
  return Frame.fromVideoBuffer(data, {
    width,
    height,
    format: pixelFormat as never,
    pts: 0n,
    timeBase: { num: 1, den: 10 },
  });
}

function soundFrame(
  context: CodecContext,
  n: number,
  channels: number,
  from: number,
  rate: number,
  sample: (n: number, channel: number) => number,
): Frame {
  const bytes = avGetBytesPerSample(context.sampleFormat);
  const planar = avSampleFmtIsPlanar(context.sampleFormat);
  const float = /flt/.test(String(context.sampleFormat)) || bytes === 4;
  const data = Buffer.alloc(n * channels * bytes);
  for (let k = 0; k < n; k++)
    for (let channel = 0; channel < channels; channel++) {
      const at = (planar ? channel * n + k : k * channels + channel) * bytes;
      const value = sample(from + k, channel);
      if (bytes === 2) data.writeInt16LE(Math.round(value * 32767), at);
      else if (float) data.writeFloatLE(value, at);
    }
  return Frame.fromAudioBuffer(data, {
    nbSamples: n,
    format: context.sampleFormat,
    sampleRate: rate,
    channelLayout: avChannelLayoutDefault(channels),
    pts: BigInt(from),
    timeBase: { num: 1, den: rate },
  });
}

/** 16.16 matrix that asks a player to turn the picture clockwise. */
function displayMatrix(rotation: 90 | 180 | 270): Buffer {
  const [cos, sin] = rotation === 90 ? [0, 1] : rotation === 180 ? [-1, 0] : [0, -1];
  const matrix = Buffer.alloc(36);
  [cos, sin, 0, -sin, cos, 0].forEach((value, i) => matrix.writeInt32LE((value as number) * 65536, i * 4));
  matrix.writeInt32LE(1 << 30, 32);
  return matrix;
}
