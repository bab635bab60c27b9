// What the keys mean while clips are labelled one by one. Classes come first: a key that a class has taken means that class.
import type { LabelValue, Presence } from '../../../../shared/contract/labelValue.ts';
import type { LabelClass } from '../../../../shared/contract/annotation.ts';
import { pressedHotkey } from './labelKeys.ts';

export type SingleAction =
  | { type: 'label'; classId: number; value: LabelValue }
  | { type: 'uncertain' }
  | { type: 'presence'; presence: Presence }
  | { type: 'walk'; by: 1 | -1 }
  | { type: 'rate'; by: 1 | -1 }
  | { type: 'loop' }
  | { type: 'clear' }
  | { type: 'leave' };

export const presenceKeys: readonly { key: string; presence: Presence; label: string }[] = [
  { key: 'a', presence: 'audible', label: 'only heard' },
  { key: 'v', presence: 'visible', label: 'only seen' },
  { key: 'b', presence: 'both', label: 'heard and seen' },
];

const fixed: Record<string, SingleAction> = {
  u: { type: 'uncertain' },
  j: { type: 'walk', by: 1 },
  enter: { type: 'walk', by: 1 },
  k: { type: 'walk', by: -1 },
  backspace: { type: 'walk', by: -1 },
  '[': { type: 'rate', by: -1 },
  ']': { type: 'rate', by: 1 },
  l: { type: 'loop' },
  0: { type: 'clear' },
  escape: { type: 'leave' },
};

/** The action of a key press; null for keys that mean nothing here. */
export function singleAction(
  event: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>,
  classes: ReadonlyMap<string, LabelClass>,
): SingleAction | null {
  const key = pressedHotkey(event);
  const labelClass = classes.get(key);
  if (labelClass) return { type: 'label', classId: labelClass.id, value: event.shiftKey ? 'negative' : 'positive' };
  const presence = presenceKeys.find((one) => one.key === key)?.presence;
  return presence ? { type: 'presence', presence } : (fixed[key] ?? null);
}
