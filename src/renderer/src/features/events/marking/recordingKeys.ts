// What a key does in the timeline. Pure: the panel runs the action.
import type { LabelValue } from '../../../../../shared/contract/labelValue.ts';

export type RecordingAction =
  | { type: 'zoom'; factor: number }
  | { type: 'pan'; share: number }
  | { type: 'seek'; byS: number }
  | { type: 'nudge'; grip: 'onset' | 'offset' | 'whole'; direction: 1 | -1 }
  | { type: 'next'; direction: 1 | -1 }
  | { type: 'class'; classId: number }
  | { type: 'modality'; value: 'heard' | 'seen' | 'both' }
  | { type: 'value'; value: LabelValue }
  | { type: 'accept' | 'reject' | 'skip' | 'remove' | 'split' | 'merge' | 'whole' | 'cancel' | 'play' };

export interface KeyContext {
  classByHotkey: ReadonlyMap<string, { id: number }>;
  selected: number;
  reviewing: boolean;
}
type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'>;

function arrow({ key, shiftKey, altKey }: Key, selected: number): RecordingAction {
  const direction = key === 'ArrowRight' ? 1 : -1;
  if (altKey) return { type: 'next', direction };
  if (selected > 0) return { type: 'nudge', grip: shiftKey ? 'offset' : 'onset', direction };
  return shiftKey ? { type: 'pan', share: direction * 0.25 } : { type: 'seek', byS: direction * 0.1 };
}

const plain: Record<string, RecordingAction> = {
  '+': { type: 'zoom', factor: 0.5 },
  '=': { type: 'zoom', factor: 0.5 },
  '-': { type: 'zoom', factor: 2 },
  Home: { type: 'whole' },
  PageDown: { type: 'pan', share: 0.8 },
  PageUp: { type: 'pan', share: -0.8 },
  ArrowUp: { type: 'zoom', factor: 0.5 },
  ArrowDown: { type: 'zoom', factor: 2 },
  Delete: { type: 'remove' },
  Backspace: { type: 'remove' },
  Escape: { type: 'cancel' },
  ' ': { type: 'play' },
  '|': { type: 'split' },
  '&': { type: 'merge' },
  '!': { type: 'value', value: 'negative' },
  u: { type: 'value', value: 'uncertain' },
};

/** Null where the key is not the timeline's. */
export function recordingAction(event: Key, context: KeyContext): RecordingAction | null {
  const { key, altKey, ctrlKey, metaKey } = event;
  if (ctrlKey || metaKey) return null;
  if (key === 'ArrowLeft' || key === 'ArrowRight') return arrow(event, context.selected);
  if (altKey) {
    const value = ({ a: 'heard', v: 'seen', b: 'both' } as const)[key.toLowerCase()];
    return value ? { type: 'modality', value } : null;
  }
  if (context.reviewing) {
    if (key === 'Enter') return { type: 'accept' };
    if (key === 'Delete' || key === 'Backspace') return { type: 'reject' };
  }
  const ofClass = context.classByHotkey.get(key.toLowerCase());
  if (ofClass) return { type: 'class', classId: ofClass.id };
  return plain[key] ?? null;
}
