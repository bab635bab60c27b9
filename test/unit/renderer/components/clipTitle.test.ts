import { expect, it } from 'vitest';
import { clipTitle } from '../../../../src/renderer/src/components/clipTitle.ts';

it('puts the time of a window first, and leaves other names alone', () => {
  expect(clipTitle('hydrophone 3.wav 5:50–6:00')).toBe('5:50 · hydrophone 3.wav');
  expect(clipTitle('long.mkv 1:02:30–1:02:32.5')).toBe('1:02:30 · long.mkv');
  expect(clipTitle('bell-0001.mp4')).toBe('bell-0001.mp4');
});
