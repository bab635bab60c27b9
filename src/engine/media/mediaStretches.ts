// Which parts of its timeline a medium holds data for. Packets decide it, because headers and timestamps can be
// wrong.

/** A part of a medium, in seconds from its beginning. */
export interface Stretch {
  startS: number;
  endS: number;
}

/** Packets closer than this belong to one stretch: a slide show holds a picture for so long. */
const joinS = 60;
/** Nothing is believed after a gap as long as this: it is a damaged timestamp, or made up. */
const breakS = 3600;
/** One packet covers no more than this, whatever length it claims. */
const packetS = 60;
/** Stretches held before they are joined; a file that still has more when joined is cut off there. */
const mostHeld = 4096;

function joined(stretches: readonly Stretch[], gapS: number): Stretch[] {
  const sorted = stretches.toSorted((a, b) => a.startS - b.startS);
  const out: Stretch[] = [];
  for (const { startS, endS } of sorted) {
    const last = out.at(-1);
    if (last && startS <= last.endS + gapS) last.endS = Math.max(last.endS, endS);
    else out.push({ startS, endS });
  }
  return out;
}

/** Collects the times of one stream's packets in bounded memory. */
export class PacketTimes {
  private held: Stretch[] = [];

  /** False when there are more separate stretches than can be a recording: reading on is of no use. */
  add(startS: number, lengthS: number): boolean {
    if (!Number.isFinite(startS)) return true;
    const endS = startS + Math.min(packetS, Math.max(0, lengthS));
    const last = this.held.at(-1);
    if (last && startS >= last.startS && startS <= last.endS + joinS) last.endS = Math.max(last.endS, endS);
    else this.held.push({ startS, endS });
    if (this.held.length <= mostHeld) return true;
    this.held = joined(this.held, joinS);
    return this.held.length <= mostHeld / 2;
  }

  get stretches(): readonly Stretch[] {
    return this.held;
  }
}

/**
 * The stretches of several streams together, from the medium's beginning to the first gap of an hour. `cut`: something
 * came after it.
 */
export function believableStretches(streams: readonly (readonly Stretch[])[]): { stretches: Stretch[]; cut: boolean } {
  const all = joined(
    streams.flat().flatMap(({ startS, endS }) => (endS > 0 ? [{ startS: Math.max(0, startS), endS }] : [])),
    joinS,
  );
  const broken = all.findIndex(({ startS }, k) => startS - (k === 0 ? 0 : all[k - 1]!.endS) > breakS);
  return broken < 0 ? { stretches: all, cut: false } : { stretches: all.slice(0, broken), cut: true };
}
