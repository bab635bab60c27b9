// Labelling the selection or the open clip: shown at once, written by the engine before it is confirmed, taken back if that fails.
import { defineStore } from 'pinia';
import { ref, shallowReactive } from 'vue';
import type { LabelValue, Presence } from '../../../shared/contract/labelValue.ts';
import type { Clip } from '../../../shared/contract/clip.ts';
import { client } from '../engine/client.ts';
import { useClips } from './clips.ts';
import { useSchemas } from './schemas.ts';
import { useSelection } from './selection.ts';
import { useToasts } from './toasts.ts';
import { useUndo } from './undo.ts';

/** The clip as it will be after the label: a positive of a single-label schema replaces its other classes. */
export function withLabel(
  clip: Clip,
  classId: number,
  value: LabelValue | null,
  siblings: readonly number[] | null,
  presence: Presence | null = null,
): Clip {
  const replaced = new Set(value === 'positive' && siblings ? siblings : []).add(classId);
  const labels = clip.labels.filter((label) => !replaced.has(label.classId));
  return { ...clip, labels: value === null ? labels : [...labels, { classId, value, presence }] };
}

export const useLabelling = defineStore('labelling', () => {
  const clips = useClips();
  const schemas = useSchemas();
  const selection = useSelection();
  const toasts = useToasts();
  const undo = useUndo();
  /** Counts labels given in this window: the checklist and the label layout react to it. */
  const given = ref(0);
  /** When a label of a clip was last written here, as a count of writes; `Infinity` while one is on its way. */
  const said = shallowReactive(new Map<number, number>());
  let writes = 0;
  const now = (): number => writes;
  /** Whether something was said of the clip after `moment`, or is being written still: what the engine answered to a question of that moment may not know it. */
  const saidSince = (clipId: number, moment: number): boolean => (said.get(clipId) ?? 0) > moment;

  async function set(
    clipIds: readonly number[],
    classId: number,
    value: LabelValue | null,
    presence: Presence | null = null,
  ): Promise<boolean> {
    if (clipIds.length === 0) return false;
    const schema = schemas.list.find((one) => one.classes.some((c) => c.id === classId));
    const siblings = schema && !schema.multiLabel ? schema.classes.map((c) => c.id) : null;
    const before = clipIds.flatMap((clipId) => clips.get(clipId) ?? []);
    const release = clips.hold(clipIds);
    for (const clipId of clipIds) said.set(clipId, Infinity);
    clips.put(before.map((clip) => withLabel(clip, classId, value, siblings, presence)));
    const name = schemas.classById.get(classId)?.name ?? 'label';
    const text = `${value === null ? 'remove ' : ''}${value === 'negative' ? 'not ' : ''}${name}${value === 'uncertain' ? ' (uncertain)' : ''} on ${clipIds.length === 1 ? 'one clip' : `${clipIds.length.toLocaleString('en')} clips`}`;
    try {
      const answer = await undo.serialised(async () => {
        const written = await client.annotations.set({ clipIds: [...clipIds], classId, value, presence });
        undo.engine = written.undo;
        if (written.changed > 0) undo.pushAnnotation(text, written.undo.undoText);
        return written;
      });
      writes += 1;
      for (const clipId of clipIds) said.set(clipId, writes);
      if (answer.changed > 0) {
        given.value += answer.changed;
        if (clipIds.length > 1)
          toasts.show('success', `Labelled: ${text}`, { action: { text: 'Undo', run: () => void undo.undo() } });
      }
      return answer.changed > 0;
    } catch (error) {
      clips.put(before);
      // What was said of them meanwhile stood on this label's shoulders: the engine knows how they are.
      clips.invalidate(clipIds);
      for (const clipId of clipIds) said.delete(clipId);
      toasts.fail(error, 'The label was not saved');
      return false;
    } finally {
      release();
    }
  }
  /** Sets the class on the targets, or clears it when every one of them has it with that value already. */
  function toggle(
    classId: number,
    value: LabelValue = 'positive',
    targets: readonly number[] = selection.targets,
  ): Promise<boolean> {
    const all =
      targets.length > 0 &&
      targets.every((clipId) =>
        clips.get(clipId)?.labels.some((label) => label.classId === classId && label.value === value),
      );
    return set(targets, classId, all ? null : value);
  }
  return { given, now, saidSince, set, toggle };
});
