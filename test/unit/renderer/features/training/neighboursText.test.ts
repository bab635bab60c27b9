import { expect, it } from 'vitest';
import { neighboursText } from '../../../../../src/renderer/src/features/training/neighboursText.ts';

it('tells how many neighbours a distilled model kept', () => {
  const result = { neighboursKept: 0.64, neighbours: 10, heldOut: 20 };
  expect(neighboursText({ kind: 'distil', result } as never)).toContain('6.4 of the 10');
  expect(neighboursText({ kind: 'distil', result: { ...result, neighboursKept: null } } as never)).toContain('Too few');
  expect(neighboursText({ kind: 'pretrain', result } as never)).toBe('');
  expect(neighboursText(null)).toBe('');
});
