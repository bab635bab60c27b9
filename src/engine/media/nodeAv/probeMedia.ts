// What a file holds, with the duration its timestamps tell: a header's duration lies on truncated files.
import { avGetCodecName } from 'node-av/lib';
import type { MediaFacts } from '../mediaDecoder.ts';
import { believableStretches, PacketTimes, type Stretch } from '../mediaStretches.ts';
import { assertBelievableLength } from '../planWindows.ts';
import { decodeFailed } from './decodeFailed.ts';
import { secondsOf, type OpenMedia } from './openMedia.ts';
import { pixelAspectOf, rotationOf, squareSize } from './pictureConverter.ts';
import { packetTimeS, readPackets, seekTo } from './readPackets.ts';
import type { Stream } from 'node-av/lib';

/** Files up to this size are read whole for their timestamps; of larger ones the end is read first. */
const wholeBytes = 64 * 1024 * 1024;
const tailS = 10;
const stillDemuxers = /_pipe$|^image2/;

/** What the packets of a stream tell. `broken`: reading ended with an error. */
interface StreamTimes {
  stretches: readonly Stretch[];
  packets: number;
  broken: boolean;
}

/** Reads a stream from where it stands to its end and notes when it has data. */
async function readTimes(media: OpenMedia, stream: Stream, signal?: AbortSignal): Promise<StreamTimes> {
  const times = new PacketTimes();
  let packets = 0;
  let nextS = 0;
  const rate = stream.avgFrameRate.num > 0 ? stream.avgFrameRate.num / stream.avgFrameRate.den : 25;
  const { broken } = await readPackets(
    media,
    stream,
    (packet) => {
      packets++;
      const lengthS = secondsOf(packet.duration > 0n ? packet.duration : 0n, stream)!;
      const timeS = packetTimeS(media, stream, packet);
      const startS = timeS ?? nextS;
      const heldS = timeS === null ? lengthS || 1 / rate : lengthS;
      nextS = Math.max(nextS, startS + heldS);
      return !times.add(startS, heldS);
    },
    signal,
  );
  return { stretches: times.stretches, packets, broken };
}

const endOf = (stretches: readonly Stretch[]): number => stretches.reduce((end, { endS }) => Math.max(end, endS), 0);

/** When a stream has data, by its timestamps. Of a large file the end is read first. `media` must be freshly opened. */
async function streamTimes(
  media: OpenMedia,
  stream: Stream,
  sizeBytes: number,
  signal?: AbortSignal,
): Promise<StreamTimes> {
  const claimedS = Number(media.format.duration) / 1e6;
  media.only(stream);
  if (sizeBytes > wholeBytes && claimedS > 3 * tailS) {
    await seekTo(media, stream, claimedS - tailS);
    const tail = await readTimes(media, stream, signal);
    const endS = endOf(tail.stretches);
    if (tail.packets > 0 && !tail.broken && Math.abs(endS - claimedS) < 1)
      return { stretches: [{ startS: 0, endS }], packets: tail.packets, broken: false };
    await media.format.seekFrame(stream.index, stream.startTime > 0n ? stream.startTime : 0n, 1 as never);
  }
  return readTimes(media, stream, signal);
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
  const lengths: StreamTimes[] = [];
  if (video) lengths.push(await streamTimes(media, video, sizeBytes, signal));
  const moving = lengths[0];
  if (audio) {
    await using again = await open();
    if (again.audio) lengths.push(await streamTimes(again, again.audio, sizeBytes, signal));
  }
  const container = format.iformat?.name ?? null;
  const still = !audio && (!video || stillDemuxers.test(container ?? '') || (moving?.packets ?? 0) <= 1);
  const { stretches, cut } = believableStretches(lengths.map((length) => length.stretches));
  const durationS = still ? 0 : endOf(stretches);
  if (!still && !(durationS > 0)) throw decodeFailed(path, 'the file holds no sound and no picture that can be read');
  assertBelievableLength(path, durationS, sizeBytes);
  const rotation = picture ? rotationOf(picture) : 0;
  const size = picture ? squareSize(picture.codecpar.width, picture.codecpar.height, pixelAspectOf(picture)) : null;
  const turned = rotation === 90 || rotation === 270;
  const claimedS = format.duration > 0n ? Number(format.duration) / 1e6 : durationS;
  const rate = video && video.avgFrameRate.den > 0 ? video.avgFrameRate.num / video.avgFrameRate.den : null;
  return {
    kind: still ? 'image' : video ? 'video' : 'audio',
    durationS: Math.round(durationS * 1e6) / 1e6,
    stretches: still ? [] : stretches,
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
      cut || lengths.some((length) => length.broken) || (!still && claimedS - durationS > Math.max(1, claimedS * 0.02)),
  };
}
