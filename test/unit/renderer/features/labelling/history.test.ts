import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../../../src/shared/contract/annotation.ts';
import { stepText, stepsOf } from '../../../../../src/renderer/src/features/labelling/useHistory.ts';

const entry = (
  step: number,
  clipId: number,
  classId: number,
  after: JournalEntry['after'],
  before: JournalEntry['before'] = null,
): JournalEntry => ({
  step,
  clipId,
  classId,
  className: `class ${classId}`,
  before,
  after,
  presence: null,
  source: 'human',
  at: '2026-01-01T00:00:00Z',
  undone: false,
});

describe('the history of labels', () => {
  it('shows a step once, with its clips, and not the label that it replaced', () => {
    const steps = stepsOf([
      entry(3, 1, 8, 'positive'),
      entry(3, 1, 7, null, 'positive'),
      entry(2, 2, 7, 'positive'),
      entry(2, 1, 7, 'positive'),
      entry(1, 9, 7, null, 'positive'),
    ]);
    expect(steps.map(({ step, classId, after, clipIds }) => [step, classId, after, clipIds])).toEqual([
      [3, 8, 'positive', [1]],
      [2, 7, 'positive', [2, 1]],
      [1, 7, null, [9]],
    ]);
  });

  it('says what was said', () => {
    expect(stepText({ className: 'bell', before: null, after: 'uncertain', presence: 'audible' })).toBe(
      'bell (uncertain), only heard',
    );
    expect(stepText({ className: 'bell', before: null, after: 'negative', presence: null })).toBe('not bell');
    expect(stepText({ className: 'bell', before: 'positive', after: null, presence: null })).toBe('bell removed');
  });
});
