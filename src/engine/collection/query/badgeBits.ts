// Badges of a clip as bits of one integer, in the order of the contract's list (which is only ever appended to).
import { badge, type Badge } from '../../../shared/contract/clip.ts';

export const badgeBits = (badges: readonly Badge[]): number =>
  badges.reduce((bits, name) => bits | (1 << badge.options.indexOf(name)), 0);
export const badgesOf = (bits: number): Badge[] => badge.options.filter((_, i) => bits & (1 << i));
