// Opens a file with FFmpeg's demuxers (node-av) and picks its sound and picture streams.
//
// Only the file itself is read: no network, no playlists that name other files (closed list of containers).
import {
  AVDISCARD_ALL,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  AV_DISPOSITION_ATTACHED_PIC,
  AV_NOPTS_VALUE,
} from 'node-av/constants';
import { Dictionary, FormatContext, type Stream } from 'node-av/lib';
import { decodeFailed } from './decodeFailed.ts';
import { quietLog } from './quietLog.ts';

quietLog();

const containers = [
  'mov,mp4,m4a,3gp,3g2,mj2',
  'matroska,webm',
  'avi',
  'mpegts',
  'mpeg',
  'mpegvideo',
  'asf',
  'flv',
  'ogg',
  'gif',
  'apng',
  'mxf',
  'dv',
  'yuv4mpegpipe',
  'nut',
  'mjpeg',
  'h264',
  'hevc',
  'm4v',
  'wav',
  'mp3',
  'flac',
  'aac',
  'aiff',
  'au',
  'caf',
  'amr',
  'ac3',
  'eac3',
  'w64',
  'wv',
  'rm',
  'ivf',
  'obu',
  'av1',
  'jpeg_pipe',
  'png_pipe',
  'webp_pipe',
  'bmp_pipe',
  'tiff_pipe',
  'jpegxl_pipe',
  'gif_pipe',
  'pgm_pipe',
  'ppm_pipe',
].join(',');

/** Largest picture that is decoded, in pixels: a header that claims more is damage or an attack. */
const maxPixels = 64 * 1024 * 1024;

export interface OpenMedia extends AsyncDisposable {
  format: FormatContext;
  path: string;
  video: Stream | null;
  /** A cover picture: shown, but no moving picture. */
  cover: Stream | null;
  audio: Stream | null;
  /** All sound streams, `audio` among them, in the order of the file. */
  sounds: Stream[];
  /** Time of the medium's beginning on its own clock, in seconds. */
  originS: number;
  /** Lets only one stream through the demuxer; null: all. */
  only(stream: Stream | null): void;
}

/** Seconds of a stream's timestamp; null where it has none. */
export function secondsOf(timestamp: bigint, stream: Stream): number | null {
  if (timestamp === AV_NOPTS_VALUE) return null;
  const { num, den } = stream.timeBase;
  return (Number(timestamp) * num) / den;
}

/** Options every decoder is opened with. */
export const decoderOptions = (threads: number): Dictionary =>
  Dictionary.fromObject({ threads: String(threads), max_pixels: String(maxPixels) });

export async function openMedia(path: string): Promise<OpenMedia> {
  const format = new FormatContext();
  format.allocContext();
  using options = Dictionary.fromObject({
    protocol_whitelist: 'file',
    format_whitelist: containers,
    max_streams: '200',
  });
  let code = await format.openInput(`file:${path}`, null, options);
  if (code < 0) throw decodeFailed(path, 'not a media file that can be opened', code);
  const close = async () => {
    await format.closeInput();
  };
  try {
    code = await format.findStreamInfo();
    if (code < 0) throw decodeFailed(path, 'no streams can be made out', code);
    const streams = format.streams;
    const pick = (type: number, wanted: (stream: Stream) => boolean): Stream | null => {
      const best = format.findBestStream(type as never);
      const of = streams.filter((stream) => stream.codecpar.codecType === type && wanted(stream));
      return of.find((stream) => stream.index === best) ?? of[0] ?? null;
    };
    const isCover = (stream: Stream) => (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) !== 0;
    const video = pick(AVMEDIA_TYPE_VIDEO, (stream) => !isCover(stream) && stream.codecpar.width > 0);
    const cover = pick(AVMEDIA_TYPE_VIDEO, isCover);
    const isSound = (stream: Stream) => stream.codecpar.sampleRate > 0 && stream.codecpar.channels > 0;
    const audio = pick(AVMEDIA_TYPE_AUDIO, isSound);
    const starts = [video, audio]
      .flatMap((stream) => (stream ? [secondsOf(stream.startTime, stream)] : []))
      .filter((start) => start !== null);
    return {
      format,
      path,
      video,
      cover,
      audio,
      sounds: streams.filter((stream) => stream.codecpar.codecType === AVMEDIA_TYPE_AUDIO && isSound(stream)),
      originS: starts.length ? Math.min(...starts) : 0,
      only: (chosen) => {
        for (const stream of streams)
          stream.discard = (chosen && stream.index !== chosen.index ? AVDISCARD_ALL : 0) as never;
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}
