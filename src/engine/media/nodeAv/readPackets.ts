// Walks a stream's packets from a moment on. One seek per walk: MPEG-TS and files without an index land early or late,
// so no second seek ever has to agree with the first.
import { AVERROR_EOF, AVFMT_NOTIMESTAMPS, AVSEEK_FLAG_BACKWARD } from 'node-av/constants';
import { Packet, type Stream } from 'node-av/lib';
import { throwIfAborted } from './decodeFailed.ts';
import { secondsOf, type OpenMedia } from './openMedia.ts';

/** A seek this close to the beginning is not worth making: reading from the start is exact. */
export const seekFromS = 2;

/**
 * Goes to the last key frame at or before `timeS` (seconds from the medium's beginning), or to the beginning where the
 * file cannot seek.
 */
export async function seekTo(media: OpenMedia, stream: Stream, timeS: number): Promise<void> {
  const toTimestamp = (seconds: number) => BigInt(Math.floor((seconds * stream.timeBase.den) / stream.timeBase.num));
  // Packets without times are counted from the beginning.
  if (timeS < seekFromS || (media.format.iformat?.flags ?? 0) & AVFMT_NOTIMESTAMPS) return;
  const code = await media.format.seekFrame(stream.index, toTimestamp(media.originS + timeS), AVSEEK_FLAG_BACKWARD);
  if (code < 0) await media.format.seekFrame(stream.index, toTimestamp(media.originS), AVSEEK_FLAG_BACKWARD);
}

/**
 * Calls `visit` for each packet of `stream` until it returns true, the file ends or cannot be read on. The packet is
 * reused. Returns whether reading ended with an error rather than the file's end.
 */
export async function readPackets(
  media: OpenMedia,
  stream: Stream,
  visit: (packet: Packet) => boolean | Promise<boolean>,
  signal?: AbortSignal,
): Promise<{ broken: boolean }> {
  using packet = new Packet();
  packet.alloc();
  for (let failures = 0; ;) {
    throwIfAborted(signal);
    const code = await media.format.readFrame(packet);
    if (code === AVERROR_EOF) return { broken: false };
    if (code < 0) {
      if (++failures > 3) return { broken: true };
      continue;
    }
    try {
      if (packet.streamIndex === stream.index && (await visit(packet))) return { broken: failures > 0 };
    } finally {
      packet.unref();
    }
  }
}

/**
 * A packet's presentation time in seconds from the medium's beginning; decoding time where it has no other; null where
 * it has neither.
 */
export function packetTimeS(media: OpenMedia, stream: Stream, packet: Packet): number | null {
  const time = secondsOf(packet.pts, stream) ?? secondsOf(packet.dts, stream);
  return time === null ? null : time - media.originS;
}
