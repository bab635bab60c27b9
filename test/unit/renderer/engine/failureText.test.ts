import { expect, it } from 'vitest';
import { failureText } from '../../../../src/renderer/src/engine/failure.ts';

it.each([
  ['the disk is full', 'Free some space', 'The disk is full. Free some space.'],
  ['It ended.', null, 'It ended.'],
  ['blocks_a.0.norm1_a.weight is missing', null, 'blocks_a.0.norm1_a.weight is missing.'],
  ['clip.mp4 is empty (0 bytes)', 'Is that so?', 'clip.mp4 is empty (0 bytes). Is that so?'],
])('%s', (message, hint, expected) => expect(failureText({ message, hint })).toBe(expected));
