// Ten pictures of a window (reference: picture int(k * N / 10)). One walk lists the packets, a second decodes only the
// runs that matter.
import { AV_PKT_FLAG_DISCARD } from 'node-av/constants';
import type { Frame, Packet } from 'node-av/lib';
import type { DecodedPictures, Picture, TimeWindow } from '../mediaDecoder.ts';
import { throwIfAborted } from './decodeFailed.ts';
import { openMedia, secondsOf, type OpenMedia } from './openMedia.ts';
import { pictureThreads } from './pictureThreads.ts';
import { countedRun, scheduleRuns, targetTimes, type DecodeRun, type ScannedPacket } from './pictureSchedule.ts';
import { PictureConverter } from './pictureConverter.ts';
import { packetTimeS, readPackets, seekFromS, seekTo } from './readPackets.ts';
import { StreamDecoder } from './streamDecoder.ts';

/** Beyond this many seconds of decoding times past the window no packet of it can follow. */
const lookAheadS = 1;

/** Compressed packets kept from the first walk, in bytes; a window with more is walked twice (intra-only masters). */
const keptBytes = 128 * 1024 * 1024;

interface Scan {
  packets: ScannedPacket[];
  /** The packets themselves, null where they were too many to keep. */
  kept: Packet[] | null;
  broken: boolean;
  /** No packet has a time (bare H.264): pictures are counted, `rateHz` of them a second. */
  counted: boolean;
  rateHz: number;
  /** How long before the window reading began. */
  prerollS: number;
}

/**
 * Containers without an index (MPEG-TS) may land behind the key frame asked for: then reading begins earlier, in the
 * end at the beginning.
 */
const prerollsS = [0, 3, 12, Number.POSITIVE_INFINITY];

async function scanFrom(media: OpenMedia, window: TimeWindow, prerollS: number, signal?: AbortSignal): Promise<Scan> {
  const stream = media.video!;
  const packets: ScannedPacket[] = [];
  let kept: Packet[] | null = [];
  let bytes = 0;
  let counted = true;
  const rate = stream.avgFrameRate.num > 0 ? stream.avgFrameRate.num / stream.avgFrameRate.den : 25;
  await seekTo(media, stream, window.startS - prerollS);
  const { broken } = await readPackets(
    media,
    stream,
    (packet) => {
      const toldS = packetTimeS(media, stream, packet);
      if (toldS !== null) counted = false;
      const timeS = toldS ?? (packets.at(-1)?.timeS ?? -1 / rate) + 1 / rate;
      const decodeS = secondsOf(packet.dts, stream);
      if ((decodeS === null ? timeS - lookAheadS : decodeS - media.originS) >= window.endS) return true;
      packets.push({ timeS, key: packet.isKeyframe, ...(packet.hasFlags(AV_PKT_FLAG_DISCARD) && { hidden: true }) });
      bytes += packet.size;
      if (bytes > keptBytes) {
        free(kept);
        kept = null;
      }
      const copy = kept && packet.clone();
      if (copy) kept!.push(copy);
      return false;
    },
    signal,
  );
  return { packets, kept, broken, counted, rateHz: rate, prerollS };
}

/** Lists the window's packets, a key frame at or before its start among them where the file has one. */
async function scan(media: OpenMedia, window: TimeWindow, signal?: AbortSignal): Promise<Scan> {
  for (const prerollS of prerollsS) {
    await using again = prerollS === 0 ? null : await openMedia(media.path);
    again?.only(again.video);
    const scanned = await scanFrom(again ?? media, window, prerollS, signal);
    // Packets before that key frame are of no use, and do no harm: decoding begins at it.
    const leads = scanned.packets.some(({ key, timeS }) => key && timeS <= window.startS + 1e-6);
    if (leads || window.startS - prerollS < seekFromS) return scanned;
    free(scanned.kept);
  }
  throw new Error('unreachable: the last preroll begins at the beginning');
}

function free(packets: Packet[] | null): void {
  for (const packet of packets ?? []) packet.free();
}

/**
 * Visits the scanned packets again, from memory or from the file opened anew: a seek within it might land elsewhere.
 */
async function replay(
  media: OpenMedia,
  startS: number,
  kept: Packet[] | null,
  visit: (packet: Packet) => Promise<boolean>,
  signal?: AbortSignal,
): Promise<void> {
  if (kept) {
    for (const packet of kept) {
      throwIfAborted(signal);
      if (await visit(packet)) return;
    }
    return;
  }
  await using again = await openMedia(media.path);
  again.only(again.video);
  await seekTo(again, again.video!, startS);
  await readPackets(again, again.video!, visit, signal);
}

/**
 * Nearest picture at or before each wanted time: what the reference shows for a missing frame; the first one where none
 * is earlier.
 */
function fill(targetsS: readonly number[], found: ReadonlyMap<number, Picture>): Picture[] {
  const known = [...found.keys()].sort((a, b) => a - b);
  return targetsS.map((target) => found.get(known.findLast((time) => time <= target) ?? known[0]!)!);
}

/**
 * Null where the medium has no moving picture or the window none of its pictures; `salvaged` when some of them could
 * not be decoded.
 */
export async function decodePictures(
  media: OpenMedia,
  window: TimeWindow,
  count: number,
  signal?: AbortSignal,
): Promise<DecodedPictures | null> {
  const stream = media.video;
  if (!stream) return null;
  media.only(stream);
  const scanned = await scan(media, window, signal);
  const { packets, kept, broken, prerollS } = scanned;
  try {
    const targets = targetTimes(packets, window.startS, window.endS, count);
    if (!targets.length) return null;
    const found = new Map<number, Picture>();
    const lost = await decodeRuns(
      media,
      scanned,
      scanned.counted ? countedRun(packets, targets) : scheduleRuns(packets, targets),
      found,
      (visit) => replay(media, window.startS - prerollS, kept, visit, signal),
    );
    return found.size ? { pictures: fill(targets, found), salvaged: broken || lost > 0 } : null;
  } finally {
    free(kept);
  }
}

/** Decodes the runs and puts the wanted pictures into `found`; returns how many were lost or damaged. */
async function decodeRuns(
  media: OpenMedia,
  { packets, counted, rateHz }: Scan,
  runs: DecodeRun[],
  found: Map<number, Picture>,
  walk: (visit: (packet: Packet) => Promise<boolean>) => Promise<void>,
): Promise<number> {
  const stream = media.video!;
  using decoder = await StreamDecoder.open(media.path, stream, pictureThreads());
  using converter = new PictureConverter(stream);
  let run = runs.shift();
  let lost = 0;
  /** Pictures that came out of this run, whose first packet is a key: in the order they are shown in. */
  let out = 0;
  const take = async (frame: Frame): Promise<boolean> => {
    const next = run?.targetsS[0];
    if (next === undefined) return true;
    const stamp = secondsOf(frame.bestEffortTimestamp, stream);
    const timeS = counted ? packets[run!.first]!.timeS + out++ / rateHz : stamp === null ? next : stamp - media.originS;
    if (timeS < next - 1e-4) return false;
    const picture = await converter.convert(frame);
    while (run!.targetsS.length && run!.targetsS[0]! <= timeS + 1e-4) {
      const target = run!.targetsS.shift()!;
      if (timeS - target > 0.5) lost++;
      else found.set(target, picture);
    }
    return run!.targetsS.length === 0;
  };
  const endRun = async () => {
    await decoder.feed(null, take);
    lost += run!.targetsS.length;
    decoder.flush();
    out = 0;
    run = runs.shift();
  };
  let ordinal = -1;
  await walk(async (packet) => {
    ordinal++;
    if (run && ordinal > run.last) await endRun();
    if (!run) return true;
    if (ordinal >= run.first && run.targetsS.length) await decoder.feed(packet, take);
    return false;
  });
  while (run) await endRun();
  return lost + decoder.errors;
}
