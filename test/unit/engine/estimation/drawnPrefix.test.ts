import { expect, it } from 'vitest';
import { drawnPrefix } from '../../../../src/engine/estimation/drawnPrefix.ts';

it('counts the answers of a stratum up to the first clip without one', () => {
  const unit = (stratum: number, answer: string | null) => ({ stratum, answer });
  expect(drawnPrefix([unit(0, 'yes'), unit(0, null), unit(0, 'no'), unit(1, 'no'), unit(1, 'unsure')])).toEqual([
    true,
    false,
    false,
    true,
    true,
  ]);
});
