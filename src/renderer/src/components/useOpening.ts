// What every dialog of the window tells of itself: that it is open, and a key for each opening.
import { onScopeDispose, ref, watch } from 'vue';
import type { Ref } from 'vue';

/** One entry for each open dialog. A dialog that fades out is closed. */
const open = new Set<symbol>();

/** A dialog is open that everything else has to wait for. */
export const isDialogOpen = (): boolean => open.size > 0;

/**
 * Registers a dialog while `shown` is true, and counts how often it became true. The count is a key that gives each opening a dialog of
 * its own: closed, opened and closed again within one frame, a kept dialog would miss the end of its second fade and stay.
 */
export function useOpening(shown: () => boolean): Ref<number> {
  const opening = ref(0);
  const dialog = Symbol('dialog');
  watch(
    shown,
    (now) => {
      if (now) open.add(dialog);
      else open.delete(dialog);
    },
    { immediate: true, flush: 'sync' },
  );
  watch(shown, (now) => {
    if (now) opening.value += 1;
  });
  onScopeDispose(() => open.delete(dialog));
  return opening;
}
