// A key for each opening of a dialog, so that each has a dialog of its own. Closed, opened and closed again before a frame was drawn, one
// dialog would stay: Vue takes the end of its first fading out for the end of the second, which then never comes.
import { ref, watch } from 'vue';
import type { Ref } from 'vue';

/** Counts how often `shown` became true. */
export function useOpening(shown: () => boolean): Ref<number> {
  const opening = ref(0);
  watch(shown, (now) => {
    if (now) opening.value += 1;
  });
  return opening;
}
