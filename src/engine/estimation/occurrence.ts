// How often a class occurs, overall and by group, from audits of a sample stratified by score.
//
// A group is a domain of the population: within a stratum the audited clips of a group are a simple random sample of the group's clips
// there, so that each group has an estimate of its own from its own audits (post-stratification; Cochran 1977, section 5A.13).
import type { Presence } from '../../shared/contract/labelValue.ts';
import { stratifiedInterval, type Interval, type StratumSample } from './stratifiedInterval.ts';

export type AuditAnswer = 'yes' | 'no' | 'unsure';
/** What counts as an occurrence: any, or one that is heard, seen, or both at once. */
export type AskedPresence = 'any' | 'heard' | 'seen' | 'both';

/** One clip of the population. `answer` is null where it was not audited. */
export interface PopulationUnit {
  stratum: number;
  group: string | null;
  answer: AuditAnswer | null;
  presence: Presence | null;
}

export interface OccurrenceRow extends Interval {
  /** Null for clips without a value of the column, and for the row of the whole population. */
  group: string | null;
  clips: number;
  /** Share of clips that hold the class; null where nothing was audited, with an interval from 0 to 1. */
  estimate: number | null;
  audited: number;
  positive: number;
  unsure: number;
}

/** What an answer says of the occurrence that is asked about. A yes that does not tell how leaves heard and seen open. */
export function answerFor(
  asked: AskedPresence,
  { answer, presence }: Pick<PopulationUnit, 'answer' | 'presence'>,
): AuditAnswer | null {
  if (answer !== 'yes' || asked === 'any') return answer;
  if (presence === null) return 'unsure';
  if (presence === 'both') return 'yes';
  return presence === (asked === 'heard' ? 'audible' : asked === 'seen' ? 'visible' : 'both') ? 'yes' : 'no';
}

interface Tally {
  size: number;
  yes: number;
  no: number;
  unsure: number;
}

function tallyOf(units: Iterable<PopulationUnit>, strata: number, asked: AskedPresence): Tally[] {
  const tallies = Array.from({ length: strata }, (): Tally => ({ size: 0, yes: 0, no: 0, unsure: 0 }));
  for (const unit of units) {
    const tally = tallies[unit.stratum]!;
    tally.size++;
    const answer = answerFor(asked, unit);
    if (answer !== null) tally[answer]++;
  }
  return tallies;
}

const sample = ({ size, yes, no }: Tally): StratumSample => ({ size, audited: yes + no, positive: yes });
const withUnsure = ({ size, yes, no, unsure }: Tally, positive: boolean): StratumSample => ({
  size,
  audited: yes + no + unsure,
  positive: positive ? yes + unsure : yes,
});

/** Audited, positive and unsure clips of each stratum, for allocation and for the precision by score. */
export function auditedStrata(
  units: Iterable<PopulationUnit>,
  strata: number,
  asked: AskedPresence = 'any',
): (StratumSample & { unsure: number })[] {
  return tallyOf(units, strata, asked).map((tally) => ({ ...sample(tally), unsure: tally.unsure }));
}

/**
 * Answers of "unsure" are left out of the estimate; the interval counts them as no for its lower end and as yes for its upper end.
 * @param shares the share of each stratum in the whole population, for strata of a group that have no audits of their own
 */
function row(
  group: string | null,
  tallies: readonly Tally[],
  confidence: number,
  shares: readonly (number | null)[],
): OccurrenceRow {
  const used = tallies.flatMap((tally, i) => (tally.size > 0 ? [{ tally, share: shares[i] ?? null }] : []));
  const assumed = used.map(({ share }) => share);
  const sum = (count: (tally: Tally) => number) => tallies.reduce((total, tally) => total + count(tally), 0);
  const unsure = sum((tally) => tally.unsure);
  const middle = stratifiedInterval(
    used.map(({ tally }) => sample(tally)),
    confidence,
    assumed,
  );
  const end = (positive: boolean) =>
    unsure === 0
      ? middle
      : stratifiedInterval(
          used.map(({ tally }) => withUnsure(tally, positive)),
          confidence,
          assumed,
        );
  return {
    group,
    clips: sum(({ size }) => size),
    estimate: middle.estimate,
    low: middle.estimate === null ? 0 : Math.min(middle.low, end(false).low),
    high: middle.estimate === null ? 1 : Math.max(middle.high, end(true).high),
    audited: sum(({ yes, no, unsure: open }) => yes + no + open),
    positive: sum(({ yes }) => yes),
    unsure,
  };
}

const sharesOf = (tallies: readonly Tally[]): (number | null)[] =>
  tallies.map(({ yes, no }) => (yes + no > 0 ? yes / (yes + no) : null));

/** The whole population in one row. */
export function occurrence(
  units: readonly PopulationUnit[],
  strata: number,
  confidence: number,
  asked: AskedPresence = 'any',
): OccurrenceRow {
  const tallies = tallyOf(units, strata, asked);
  return row(null, tallies, confidence, sharesOf(tallies));
}

/** One row for each value of `group` in order of their names, clips without a value last. */
export function occurrenceByGroup(
  units: readonly PopulationUnit[],
  strata: number,
  confidence: number,
  asked: AskedPresence = 'any',
): OccurrenceRow[] {
  const shares = sharesOf(tallyOf(units, strata, asked));
  const collator = new Intl.Collator('en', { numeric: true });
  return [...Map.groupBy(units, ({ group }) => group)]
    .toSorted(([a], [b]) => (a === null ? 1 : b === null ? -1 : collator.compare(a, b)))
    .map(([group, own]) => row(group, tallyOf(own, strata, asked), confidence, shares));
}
