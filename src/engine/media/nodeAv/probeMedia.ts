// What a file holds, with the duration its timestamps tell: a header's duration lies on truncated files.
import { avGetCodecName } from 'node-av/lib';
import type { MediaFacts } from '../mediaDecoder.ts';
import { decodeFailed } from './decodeFailed.ts';
import { secondsOf, type OpenMedia } from './openMedia.ts';
import { pixelAspectOf, rotationOf, squareSize } from './pictureConverter.ts';
import { readPackets, seekTo } from './readPackets.ts';
import type { Stream } from 'node-av/lib';

/** Files up to this size are read whole for their timestamps; of larger ones the end is read first. */
const wholeBytes = 64 * 1024 * 1024;
const tailS = 10;
const stillDemuxers = /_pipe$|^image2/;

/** End of the last packet in seconds from the medium's beginning, null when no packet has a time. */
async function lastTimeS(
  media: OpenMedia,
  stream: Stream,
  signal?: AbortSignal,
): Promise<{ endS: number | null; packets: number; broken: boolean }> {
  let endS: number | null = null;
  let packets = 0;
  const rate = stream.avgFrameRate.num > 0 ? stream.avgFrameRate.num / stream.avgFrameRate.den : 25;
  const { broken } = await readPackets(
    media,
    stream,
    (packet) => {
      packets++;
      const time = secondsOf(packet.pts, stream) ?? secondsOf(packet.dts, stream);
      const length = secondsOf(packet.duration > 0n ? packet.duration : 0n, stream)!;
      const end = time === null ? (endS ?? 0) + (length || 1 / rate) : time - media.originS + length;
      endS = Math.max(endS ?? 0, end);
      return false;
    },
    signal,
  );
  return { endS, packets, broken };
}

/** Length of a stream by its timestamps. `media` must be freshly opened. */
async function streamLength(
  media: OpenMedia,
  stream: Stream,
  sizeBytes: number,
  signal?: AbortSignal,
): Promise<{ durationS: number; packets: number; broken: boolean }> {
  const claimedS = Number(media.format.duration) / 1e6;
  media.only(stream);
  if (sizeBytes > wholeBytes && claimedS > 3 * tailS) {
    await seekTo(media, stream, claimedS - tailS);
    const tail = await lastTimeS(media, stream, signal);
    if (tail.endS !== null && !tail.broken && Math.abs(tail.endS - claimedS) < 1)
      return { durationS: tail.endS, packets: tail.packets, broken: false };
    await media.format.seekFrame(stream.index, stream.startTime > 0n ? stream.startTime : 0n, 1 as never);
  }
  const whole = await lastTimeS(media, stream, signal);
  return { durationS: whole.endS ?? 0, packets: whole.packets, broken: whole.broken };
}

/** Facts of an open medium. Throws DECODE_FAILED when it holds neither sound nor picture. */
export async function probeMedia(
  media: OpenMedia,
  open: () => Promise<OpenMedia>,
  sizeBytes: number,
  signal?: AbortSignal,
): Promise<MediaFacts> {
  const { format, path, video, audio, cover } = media;
  const picture = video ?? (audio ? null : cover);
  if (!picture && !audio) throw decodeFailed(path, 'the file holds neither sound nor picture');
  const lengths: { durationS: number; packets: number; broken: boolean }[] = [];
  if (video) lengths.push(await streamLength(media, video, sizeBytes, signal));
  const moving = lengths[0];
  if (audio) {
    await using again = await open();
    if (again.audio) lengths.push(await streamLength(again, again.audio, sizeBytes, signal));
  }
  const container = format.iformat?.name ?? null;
  const still = !audio && (!video || stillDemuxers.test(container ?? '') || (moving?.packets ?? 0) <= 1);
  const durationS = still ? 0 : Math.max(...lengths.map((length) => length.durationS));
  if (!still && !(durationS > 0)) throw decodeFailed(path, 'the file holds no sound and no picture that can be read');
  const rotation = picture ? rotationOf(picture) : 0;
  const size = picture ? squareSize(picture.codecpar.width, picture.codecpar.height, pixelAspectOf(picture)) : null;
  const turned = rotation === 90 || rotation === 270;
  const claimedS = format.duration > 0n ? Number(format.duration) / 1e6 : durationS;
  const rate = video && video.avgFrameRate.den > 0 ? video.avgFrameRate.num / video.avgFrameRate.den : null;
  return {
    kind: still ? 'image' : video ? 'video' : 'audio',
    durationS: Math.round(durationS * 1e6) / 1e6,
    container,
    width: size ? (turned ? size.height : size.width) : null,
    height: size ? (turned ? size.width : size.height) : null,
    frameRateHz: still ? null : rate,
    videoCodec: picture ? avGetCodecName(picture.codecpar.codecId) : null,
    audioCodec: audio ? avGetCodecName(audio.codecpar.codecId) : null,
    sampleRateHz: audio?.codecpar.sampleRate ?? null,
    channels: audio?.codecpar.channels ?? null,
    audioTracks: media.sounds.length,
    audioTrack: audio ? media.sounds.findIndex((stream) => stream.index === audio.index) + 1 : null,
    rotation,
    salvaged:
      lengths.some((length) => length.broken) || (!still && claimedS - durationS > Math.max(1, claimedS * 0.02)),
  };
}
