// A preview of a window for what a browser cannot play itself: upright, square pixels, at most 960 px wide, the sound
// the model hears.
import { rename, rm } from 'node:fs/promises';
import type { TimeWindow } from '../mediaDecoder.ts';
import { secondsOf } from './openMedia.ts';
import { decodeSound } from './decodeSound.ts';
import { Mp4Writer } from './mp4Writer.ts';
import { openMedia, type OpenMedia } from './openMedia.ts';
import { PictureConverter, pixelAspectOf, rotationOf, squareSize } from './pictureConverter.ts';
import { pictureThreads } from './pictureThreads.ts';
import { packetTimeS, readPackets, seekTo } from './readPackets.ts';
import { StreamDecoder } from './streamDecoder.ts';

const maxWidth = 960;
const soundRateHz = 48_000;
const frameRateHz = 30;

function previewSize(media: OpenMedia): { width: number; height: number } {
  const stream = media.video!;
  const size = squareSize(stream.codecpar.width, stream.codecpar.height, pixelAspectOf(stream));
  const turned = rotationOf(stream) % 180 !== 0;
  const [width, height] = turned ? [size.height, size.width] : [size.width, size.height];
  const scale = Math.min(1, maxWidth / Math.max(width, height));
  return {
    width: Math.max(2, Math.round((width * scale) / 2) * 2),
    height: Math.max(2, Math.round((height * scale) / 2) * 2),
  };
}

async function writePictures(
  media: OpenMedia,
  window: TimeWindow,
  writer: Mp4Writer,
  signal?: AbortSignal,
): Promise<void> {
  const stream = media.video!;
  media.only(stream);
  await seekTo(media, stream, window.startS);
  using decoder = await StreamDecoder.open(media.path, stream, pictureThreads());
  using converter = new PictureConverter(stream);
  let nextS = 0;
  const take = async (frame: Parameters<PictureConverter['convert']>[0]): Promise<boolean> => {
    const stamp = secondsOf(frame.bestEffortTimestamp, stream);
    const timeS = stamp === null ? nextS : stamp - media.originS - window.startS;
    if (timeS >= window.endS - window.startS) return true;
    if (timeS < nextS - 1 / (2 * frameRateHz)) return false;
    nextS = Math.max(timeS, 0) + 1 / frameRateHz;
    await writer.picture(await converter.convert(frame), Math.max(timeS, 0));
    return false;
  };
  const { broken } = await readPackets(
    media,
    stream,
    async (packet) => {
      const time = packetTimeS(media, stream, packet);
      if (time !== null && time > window.endS + 2) return true;
      return decoder.feed(packet, take);
    },
    signal,
  );
  if (!broken) await decoder.feed(null, take);
}

/** Writes beside `outputPath` first and renames, so that a half-made preview is never served. */
export async function transcodeWindow(
  path: string,
  window: TimeWindow,
  outputPath: string,
  signal?: AbortSignal,
): Promise<void> {
  await using media = await openMedia(path);
  await using soundMedia = await openMedia(path);
  const sound = await decodeSound(soundMedia, window, { rateHz: soundRateHz }, signal);
  const temporary = `${outputPath}.${process.pid}.part`;
  const writer = await Mp4Writer.open(temporary, {
    video: media.video ? { ...previewSize(media), frameRateHz, crf: 23, preset: 'veryfast' } : null,
    audio: sound ? { sampleRateHz: soundRateHz, bitRate: 128_000 } : null,
  });
  try {
    if (sound) await writer.sound(sound.samples);
    if (media.video) await writePictures(media, window, writer, signal);
    await writer.finish();
  } catch (thrown) {
    await writer.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw thrown;
  }
  await rename(temporary, outputPath);
}
