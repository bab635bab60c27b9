import { describe, expect, it } from 'vitest';
import { nextStratum, pilotAudits } from '../../../../src/engine/estimation/nextStratum.ts';

const stratum = (size: number, audited: number, positive = 0) => ({ size, audited, positive });

describe('nextStratum', () => {
  it('gives every stratum its pilot audits in turns', () => {
    const strata = [stratum(1000, 0), stratum(50, 0), stratum(4, 0)];
    for (let i = 0; i < 28; i++) strata[nextStratum(strata)!]!.audited++;
    expect(strata.map(({ audited }) => audited)).toEqual([pilotAudits, pilotAudits, 4]);
  });

  it('then draws where the share is least certain and the stratum large', () => {
    expect(nextStratum([stratum(1000, 40), stratum(1000, 40, 20)])).toBe(1);
    expect(nextStratum([stratum(9000, 40, 20), stratum(1000, 40, 20)])).toBe(0);
    expect(nextStratum([stratum(1000, 400, 200), stratum(1000, 40, 20)])).toBe(1);
  });

  it('leaves what is audited completely, and ends when all is', () => {
    expect(nextStratum([stratum(20, 20, 10), stratum(5000, 100)])).toBe(1);
    expect(nextStratum([stratum(20, 20, 10)])).toBeNull();
    expect(nextStratum([])).toBeNull();
  });
});
