// Blocks of time within recordings, for hold-out where there are too few recordings to hold out whole ones.

export interface Stretch {
  mediaId: number;
  startS: number;
  endS: number;
}

/** Blocks are at least this long: sound closer together is too alike to test with. */
const leastBlockS = 60;
const blocksOfRecording = 10;

/**
 * Number of the block of each clip. The labelled span of a recording is cut into ten equal blocks, or into fewer of a minute; a clip
 * belongs where its middle lies. No two recordings share a number.
 */
export function timeBlocks(clips: readonly Stretch[]): number[] {
  const spans = new Map<number, { startS: number; endS: number }>();
  for (const { mediaId, startS, endS } of clips) {
    const span = spans.get(mediaId);
    if (!span) spans.set(mediaId, { startS, endS });
    else [span.startS, span.endS] = [Math.min(span.startS, startS), Math.max(span.endS, endS)];
  }
  const numbers = new Map<string, number>();
  return clips.map(({ mediaId, startS, endS }) => {
    const span = spans.get(mediaId)!;
    const blockS = Math.max(leastBlockS, (span.endS - span.startS) / blocksOfRecording);
    const key = `${mediaId} ${Math.floor(((startS + endS) / 2 - span.startS) / blockS)}`;
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    return numbers.get(key)!;
  });
}

/** Clips that may stay: held-out ones, and others that share no time with a held-out clip of their recording. */
export function withoutOverlap(clips: readonly Stretch[], held: readonly boolean[]): boolean[] {
  const heldOf = new Map<number, Stretch[]>();
  clips.forEach((clip, n) => {
    if (held[n]) heldOf.set(clip.mediaId, [...(heldOf.get(clip.mediaId) ?? []), clip]);
  });
  return clips.map(
    (clip, n) =>
      held[n]! ||
      !(heldOf.get(clip.mediaId) ?? []).some((other) => other.startS < clip.endS && clip.startS < other.endS),
  );
}
