// Where an edge goes when it is dragged near something: the picture grid, the edges of other events, or the
// spectrogram's columns.

export const snapNames = ['off', 'events', 'frames', '10 ms'] as const;
export type SnapName = (typeof snapNames)[number];

export interface SnapContext {
  snap: SnapName;
  /** Null where the recording has no picture. */
  frameRateHz: number | null;
  /** Edges of the other events in view. */
  edgesS: readonly number[];
  /** How near an edge must be to attract, in seconds. */
  reachS: number;
}

/** Edges of events attract in every mode but `off`. */
export function snapTime(timeS: number, { snap, frameRateHz, edgesS, reachS }: SnapContext): number {
  if (snap === 'off') return timeS;
  let nearest: number | null = null;
  for (const edge of edgesS)
    if (Math.abs(edge - timeS) <= reachS && (nearest === null || Math.abs(edge - timeS) < Math.abs(nearest - timeS)))
      nearest = edge;
  if (nearest !== null) return nearest;
  const step = snap === 'frames' ? (frameRateHz ? 1 / frameRateHz : null) : snap === '10 ms' ? 0.01 : null;
  return step === null ? timeS : Math.round(timeS / step) * step;
}
