// Option values that must be numbers, checked where they are typed.
import { InvalidArgumentError } from 'commander';

/** A parser for numbers between bounds. */
export const number =
  (least = -Infinity, most = Infinity) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most)
      throw new InvalidArgumentError(`must be a number${bounds(least, most)}.`);
    return value;
  };

export const integer =
  (least = -Infinity, most = Infinity) =>
  (text: string): number => {
    const value = number(least, most)(text);
    if (!Number.isInteger(value)) throw new InvalidArgumentError('must be a whole number.');
    return value;
  };

function bounds(least: number, most: number): string {
  if (Number.isFinite(least) && Number.isFinite(most)) return ` from ${least} to ${most}`;
  if (Number.isFinite(least)) return ` of at least ${least}`;
  return Number.isFinite(most) ? ` of at most ${most}` : '';
}
