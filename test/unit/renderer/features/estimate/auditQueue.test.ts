import { expect, it } from 'vitest';
import { auditKey } from '../../../../../src/renderer/src/features/estimate/auditKeys.ts';
import { restoredFirst, withoutAnswered } from '../../../../../src/renderer/src/features/estimate/auditQueue.ts';

const clip = (clipId: number) => ({ clipId, stratum: 0, score: 0.5 });
const press = (key: string, more = {}) => auditKey({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });

it('leaves out clips whose answers are on their way', () => {
  expect(withoutAnswered([clip(1), clip(2), clip(3)], new Set([2])).map(({ clipId }) => clipId)).toEqual([1, 3]);
});

it('shows the clip first whose answer was taken back', () => {
  expect(restoredFirst([clip(1), clip(2)], clip(2)).map(({ clipId }) => clipId)).toEqual([2, 1]);
  expect(restoredFirst([clip(1)], clip(9)).map(({ clipId }) => clipId)).toEqual([1]);
  expect(restoredFirst([clip(1)], null)).toHaveLength(1);
});

it('answers by single keys, and leaves key combinations alone', () => {
  expect(press('y')).toMatchObject({ answer: 'yes', presence: null });
  expect(press('H')).toMatchObject({ answer: 'yes', presence: 'audible' });
  expect(press('n')).toMatchObject({ answer: 'no' });
  expect(press('u')).toMatchObject({ answer: 'unsure' });
  expect(press('n', { ctrlKey: true })).toBeNull();
  expect(press('x')).toBeNull();
});
