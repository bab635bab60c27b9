// Which stratum to audit next so that the interval narrows most: sequential Neyman allocation (Neyman 1934; Cochran 1977, section 5.5).
import type { StratumSample } from './stratifiedInterval.ts';

/** Audits that every stratum gets first. Fewer make a stratum whose first answers happen to agree look certain. */
export const pilotAudits = 12;

/** Four answers that nobody gave, half of them yes, as in the interval of Agresti and Coull: keeps early answers from steering the draw. */
const assumedAnswers = 4;

const variance = ({ audited, positive }: StratumSample): number => {
  const share = (positive + assumedAnswers / 2) / (audited + assumedAnswers);
  return share * (1 - share);
};

/** How much one more audit of the stratum lowers the variance of the population's total. */
const gain = (stratum: StratumSample): number =>
  (stratum.size ** 2 * variance(stratum)) / Math.max(1, stratum.audited * (stratum.audited + 1));

/**
 * @returns the index of the stratum to draw from, null where all are audited completely. Every stratum gets its pilot audits first, in
 * turns, so that an audit that is ended early has seen all of them.
 */
export function nextStratum(strata: readonly StratumSample[]): number | null {
  const open = strata.flatMap((stratum, index) => (stratum.audited < stratum.size ? [{ stratum, index }] : []));
  if (open.length === 0) return null;
  const pilot = open.filter(({ stratum }) => stratum.audited < pilotAudits);
  if (pilot.length > 0)
    return pilot.reduce((least, one) => (one.stratum.audited < least.stratum.audited ? one : least)).index;
  return open.reduce((best, one) => (gain(one.stratum) > gain(best.stratum) ? one : best)).index;
}
