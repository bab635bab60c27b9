// TEST CODE. What a busy machine does to a dialog.
import { nextTick } from 'vue';
import { vi } from 'vitest';

/** Closes, opens and closes again before the window could draw a frame; then all frames come. */
export async function closeOpenClose(show: (open: boolean) => void): Promise<void> {
  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame));
  for (const open of [false, true, false]) {
    show(open);
    await nextTick();
  }
  while (frames.length) {
    frames.shift()!(0);
    await nextTick();
  }
}
