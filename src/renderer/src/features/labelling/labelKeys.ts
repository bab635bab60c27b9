// The keys that label: a class's hotkey labels the selection or the open clip, Shift says "not this", U turns labels uncertain.
import type { LabelValue, Presence } from '../../../../shared/contract/labelValue.ts';
import { useClips } from '../../stores/clips.ts';
import { useCollection } from '../../stores/collection.ts';
import { useLabelling } from '../../stores/labelling.ts';
import { useSchemas } from '../../stores/schemas.ts';
import { useSelection } from '../../stores/selection.ts';
import { useToasts } from '../../stores/toasts.ts';
import { afterLabel } from './autoAdvance.ts';

/** The hotkey of a key press: the physical digit for Shift+digit, whose printed sign depends on the keyboard. */
export function pressedHotkey(event: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>): string {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code ?? '');
  return digit && event.shiftKey ? digit[1]! : event.key.toLowerCase();
}

export function labelKeys(): (event: KeyboardEvent) => boolean {
  const [collection, labelling, schemas, selection, toasts] = [
    useCollection(),
    useLabelling(),
    useSchemas(),
    useSelection(),
    useToasts(),
  ];
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return false;
    const labelClass = schemas.classByHotkey.get(pressedHotkey(event));
    if (!labelClass) return false;
    if (collection.readOnly) {
      toasts.show('warning', 'This workspace is open for reading only');
      return true;
    }
    const targets = [...selection.targets];
    if (targets.length === 0) {
      toasts.show('info', `Open or select clips first, then ${labelClass.hotkey} labels them “${labelClass.name}”`);
      return true;
    }
    void labelling.toggle(labelClass.id, event.shiftKey ? 'negative' : 'positive', targets).then((changed) => {
      if (changed) afterLabel(targets);
    });
    return true;
  };
}

/** Makes the positive labels of the targets uncertain; where all are uncertain already, positive again. One undo step per class. */
export async function markUncertain(): Promise<void> {
  const [clips, labelling, schemas, selection, toasts] = [
    useClips(),
    useLabelling(),
    useSchemas(),
    useSelection(),
    useToasts(),
  ];
  const byClass = schemas.classes
    .map(({ id }) => ({
      id,
      clipIds: selection.targets.filter((clipId) =>
        clips.get(clipId)?.labels.some((label) => label.classId === id && label.value !== 'negative'),
      ),
    }))
    .filter(({ clipIds }) => clipIds.length > 0);
  if (byClass.length === 0) return void toasts.show('info', 'Label the clip first, then U marks that label uncertain');
  const isUncertain = (clipId: number, classId: number): boolean =>
    clips.get(clipId)?.labels.some((label) => label.classId === classId && label.value === 'uncertain') ?? false;
  const all = byClass.every(({ id, clipIds }) => clipIds.every((clipId) => isUncertain(clipId, id)));
  for (const { id, clipIds } of byClass) await labelling.set(clipIds, id, all ? 'positive' : 'uncertain');
}

/** Says how the positive and uncertain labels of the targets are present; where all are so already, nothing is said of it any more. */
export async function markPresence(presence: Presence): Promise<void> {
  const [clips, labelling, schemas, selection, toasts] = [
    useClips(),
    useLabelling(),
    useSchemas(),
    useSelection(),
    useToasts(),
  ];
  const groups = new Map<string, { classId: number; value: LabelValue; clipIds: number[]; all: boolean }>();
  const own = new Set(schemas.classes.map(({ id }) => id));
  for (const clipId of selection.targets) {
    for (const label of clips.get(clipId)?.labels ?? []) {
      if (label.value === 'negative' || !own.has(label.classId)) continue;
      const key = `${label.classId} ${label.value}`;
      const group = groups.get(key) ?? { classId: label.classId, value: label.value, clipIds: [], all: true };
      group.clipIds.push(clipId);
      group.all &&= label.presence === presence;
      groups.set(key, group);
    }
  }
  if (groups.size === 0) return void toasts.show('info', 'Label the clip first, then say whether it is heard or seen');
  const all = [...groups.values()].every((group) => group.all);
  for (const { classId, value, clipIds } of groups.values())
    await labelling.set(clipIds, classId, value, all ? null : presence);
}

/** Removes every label of the active schema from the targets. */
export async function clearLabels(): Promise<void> {
  const [clips, labelling, schemas, selection] = [useClips(), useLabelling(), useSchemas(), useSelection()];
  const targets = [...selection.targets];
  for (const { id } of schemas.classes) {
    const carrying = targets.filter((clipId) => clips.get(clipId)?.labels.some((label) => label.classId === id));
    if (carrying.length) await labelling.set(carrying, id, null);
  }
}
