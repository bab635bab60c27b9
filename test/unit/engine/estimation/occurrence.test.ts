import { describe, expect, it } from 'vitest';
import type { Presence } from '../../../../src/shared/contract/labelValue.ts';
import {
  answerFor,
  auditedStrata,
  occurrence,
  occurrenceByGroup,
  type AuditAnswer,
  type PopulationUnit,
} from '../../../../src/engine/estimation/occurrence.ts';

const units = (
  n: number,
  stratum: number,
  group: string | null,
  answer: AuditAnswer | null = null,
  presence: Presence | null = null,
): PopulationUnit[] => Array.from({ length: n }, () => ({ stratum, group, answer, presence }));

describe('occurrence', () => {
  const population = [
    ...units(80, 0, 'A'),
    ...units(20, 0, 'A', 'no'),
    ...units(5, 1, 'A', 'yes', 'audible'),
    ...units(5, 1, 'A', 'no'),
    ...units(90, 0, 'B'),
    ...units(10, 0, 'B', 'no'),
    ...units(10, 1, 'B', 'yes', 'both'),
    ...units(40, 0, 'site 10'),
    ...units(3, 1, null),
  ];

  it('counts a stratum by its size', () => {
    const all = occurrence(population, 2, 0.95);
    expect(all.clips).toBe(263);
    expect(all.audited).toBe(50);
    expect(all.positive).toBe(15);
    expect(all.estimate).toBeCloseTo((0.75 * 23) / 263, 9);
    expect(all.low).toBeLessThan(all.estimate!);
    expect(all.high).toBeGreaterThan(all.estimate!);
  });

  it('gives each group an estimate of its own audits, and says that one has none', () => {
    const rows = occurrenceByGroup(population, 2, 0.95);
    expect(rows.map(({ group }) => group)).toEqual(['A', 'B', 'site 10', null]);
    expect(rows[0]!.estimate).toBeCloseTo(5 / 110, 9);
    expect(rows[1]!.estimate).toBeCloseTo(10 / 110, 9);
    expect(rows[2]).toMatchObject({ clips: 40, audited: 0, estimate: null, low: 0, high: 1 });
    expect(rows[3]).toMatchObject({ clips: 3, audited: 0, estimate: null, low: 0, high: 1 });
  });

  it('keeps the doubt of a group without audits in one stratum', () => {
    const [row] = occurrenceByGroup(
      [...units(50, 0, 'C'), ...units(50, 1, 'C', 'no'), ...units(9, 0, 'D', 'no')],
      2,
      0.95,
    );
    expect(row!.low).toBe(0);
    expect(row!.high).toBeCloseTo(0.5, 9);
    // Clips elsewhere in that stratum were all no.
    expect(row!.estimate).toBe(0);
  });

  it('lets the interval hold whatever the clips were that nobody was sure of', () => {
    const answers = (unsure: number) => [
      ...units(100, 0, null),
      ...units(20, 0, null, 'yes'),
      ...units(20, 0, null, 'no'),
      ...units(unsure, 0, null, 'unsure'),
    ];
    const sure = occurrence(answers(0), 1, 0.95);
    const doubtful = occurrence(answers(20), 1, 0.95);
    expect(doubtful).toMatchObject({ audited: 60, positive: 20, unsure: 20, estimate: 0.5 });
    expect(doubtful.low).toBeLessThan(sure.low - 0.05);
    expect(doubtful.high).toBeGreaterThan(sure.high + 0.05);
  });

  it('tells heard from seen', () => {
    const population = [
      ...units(4, 0, null, 'yes', 'audible'),
      ...units(2, 0, null, 'yes', 'visible'),
      ...units(1, 0, null, 'yes', 'both'),
      ...units(3, 0, null, 'no'),
    ];
    const share = (asked: 'any' | 'heard' | 'seen' | 'both') => occurrence(population, 1, 0.95, asked).estimate;
    expect([share('any'), share('heard'), share('seen'), share('both')]).toEqual([0.7, 0.5, 0.3, 0.1]);
    expect(answerFor('heard', { answer: 'yes', presence: null })).toBe('unsure');
    expect(answerFor('heard', { answer: 'no', presence: null })).toBe('no');
    expect(answerFor('seen', { answer: null, presence: null })).toBeNull();
  });

  it('counts audits by stratum for the next draw', () => {
    expect(auditedStrata(population, 2)).toEqual([
      { size: 240, audited: 30, positive: 0, unsure: 0 },
      { size: 23, audited: 20, positive: 15, unsure: 0 },
    ]);
  });
});
