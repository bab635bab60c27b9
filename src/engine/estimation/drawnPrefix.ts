// Which answers of an audit count. Clips of a stratum are drawn in a random order that was fixed before the first answer; the answers up to
// the first clip without one are a simple random sample. Later ones count when the gap is closed, or the clip that somebody would rather
// not answer would bias the estimate by its absence.

interface Drawn {
  stratum: number;
  answer: unknown;
}

/** @param units of all strata, within a stratum in the order of the draw; @returns whether the answer of each counts */
export function drawnPrefix(units: readonly Drawn[]): boolean[] {
  const ended = new Set<number>();
  return units.map(({ stratum, answer }) => {
    if (answer === null) ended.add(stratum);
    return !ended.has(stratum);
  });
}
