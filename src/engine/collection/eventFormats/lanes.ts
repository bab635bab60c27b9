// Events of formats whose tiers cannot hold overlapping intervals, spread over as few tiers as there are overlaps.
import type { TimedEvent } from '../../../shared/contract/event.ts';

/** Lanes of events in order of onset; no two events of a lane overlap. `endS` of a point is its onset plus `pointS`. */
export function lanesOf(events: readonly TimedEvent[], pointS: number): TimedEvent[][] {
  const lanes: { endS: number; events: TimedEvent[] }[] = [];
  for (const event of events.toSorted((a, b) => a.onsetS - b.onsetS)) {
    const endS = event.offsetS ?? event.onsetS + pointS;
    const free = lanes.find((lane) => lane.endS <= event.onsetS + 1e-9);
    if (free) {
      free.events.push(event);
      free.endS = endS;
    } else lanes.push({ endS, events: [event] });
  }
  return lanes.map((lane) => lane.events);
}

/** Tier names that tell the modality: “heard”, “seen”, “both”, and “heard 2” for a second lane. */
export function modalityOfTier(name: string): TimedEvent['modality'] | null {
  const found = /^(heard|seen|both)( \d+)?$/i.exec(name.trim());
  return found ? (found[1]!.toLowerCase() as TimedEvent['modality']) : null;
}
export const tierName = (modality: TimedEvent['modality'], lane: number): string =>
  lane === 0 ? modality : `${modality} ${lane + 1}`;
