// A place in the window that takes one dropped file for itself. The window's own drop target imports what no such place
// took.
import { ref } from 'vue';
import type { Ref } from 'vue';

export interface FileDrop {
  /** Whether a file hovers over the place. */
  over: Ref<boolean>;
  /** For `v-on` of the place. */
  listeners: {
    dragover: (event: DragEvent) => void;
    dragleave: (event: DragEvent) => void;
    drop: (event: DragEvent) => void;
  };
}

/** `take`: what becomes of the first file dropped. */
export function useFileDrop(take: (file: File) => void): FileDrop {
  const over = ref(false);
  return {
    over,
    listeners: {
      // Preventing the default tells the window's own drop target that this is not to be imported.
      dragover: (event) => {
        if (!event.dataTransfer?.types.includes('Files')) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        over.value = true;
      },
      // Passing over something inside of the place is not leaving it.
      dragleave: (event) => {
        if (!(event.relatedTarget instanceof Node && (event.currentTarget as Node).contains(event.relatedTarget)))
          over.value = false;
      },
      drop: (event) => {
        over.value = false;
        const file = event.dataTransfer?.files[0];
        if (!file) return;
        event.preventDefault();
        take(file);
      },
    },
  };
}
