// Which packets have to be decoded for the wanted pictures. Pure: a list of packets in decoding order goes in.
//
// A long group of pictures is decoded in one run; groups without a wanted picture are skipped; intra-only files decode ten packets.

/** `hidden`: decoded for the sake of others, but not shown, as an edit list may say. */
export interface ScannedPacket {
  timeS: number;
  key: boolean;
  hidden?: boolean;
}

/** A stretch of packets, by their number in decoding order, and the times of the pictures wanted from it. */
export interface DecodeRun {
  first: number;
  last: number;
  targetsS: number[];
}

/**
 * Times of picture int(k * N / count), k = 0..count-1, of the N pictures in [startS, endS); empty when there are none.
 */
export function targetTimes(packets: readonly ScannedPacket[], startS: number, endS: number, count: number): number[] {
  const times = packets
    .filter((packet) => !packet.hidden)
    .map((packet) => packet.timeS)
    .filter((time) => time >= startS - 1e-6 && time < endS - 1e-6)
    .sort((a, b) => a - b);
  return times.length ? Array.from({ length: count }, (_, k) => times[Math.floor((k * times.length) / count)]!) : [];
}

/**
 * The one run for packets without times: counting pictures needs every one from a key on, and a picture may be decoded
 * after later ones.
 */
export function countedRun(packets: readonly ScannedPacket[], targetsS: readonly number[]): DecodeRun[] {
  const targets = [...new Set(targetsS)].sort((a, b) => a - b);
  const first = packets.findLastIndex((packet) => packet.key && packet.timeS <= targets[0]!);
  return [{ first: Math.max(0, first), last: packets.length - 1, targetsS: targets }];
}

/** Runs in decoding order, none overlapping; together they reach every target once. */
export function scheduleRuns(packets: readonly ScannedPacket[], targetsS: readonly number[]): DecodeRun[] {
  const runs: DecodeRun[] = [];
  for (const target of [...new Set(targetsS)].sort((a, b) => a - b)) {
    const last = packets.findIndex((packet) => packet.timeS === target);
    let first = last;
    // A picture shown before its key frame (open group) refers to the group before it.
    while (first > 0 && !(packets[first]!.key && packets[first]!.timeS <= target)) first--;
    const run = runs.at(-1);
    if (run && first <= run.last + 1) {
      run.last = Math.max(run.last, last);
      run.targetsS.push(target);
    } else runs.push({ first, last, targetsS: [target] });
  }
  return runs;
}
