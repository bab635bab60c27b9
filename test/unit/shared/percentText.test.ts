import { expect, it } from 'vitest';
import { percentText } from '../../../src/shared/percentText.ts';

it('writes shares as percent, with a dash for none', () => {
  expect(percentText(0.5)).toBe('50 %');
  expect(percentText(0.6666, 1)).toBe('66.7 %');
  expect(percentText(1)).toBe('100 %');
  expect(percentText(null)).toBe('–');
  expect(percentText(undefined, 1)).toBe('–');
});
