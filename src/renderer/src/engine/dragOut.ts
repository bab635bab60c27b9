// Clips dragged out of the window: as files where the shell can, else as what a browser lets go: one file to save,
// addresses and names.
import type { Clip } from '../../../shared/contract/clip.ts';
import { sourceUrl } from '../../../shared/wire/urls.ts';
import { bridge } from './bridge.ts';

/** A shell's drag comes back over this window as files from outside: until it ends, they are not to be imported. */
let leaving = false;
export const isDraggingOut = (): boolean => leaving;

function watchForEnd(): void {
  leaving = true;
  // During a drag no pointer moves: the first move is its end.
  window.addEventListener(
    'pointermove',
    () => {
      leaving = false;
    },
    { once: true },
  );
}

/** Call on `dragstart` of `clip`; `others` are dragged with it. */
export function beginDragOut(event: DragEvent, clip: Clip, others: readonly Clip[]): void {
  const clips = [clip, ...others.filter((one) => one.id !== clip.id)];
  const { dragOut } = bridge();
  if (dragOut) {
    event.preventDefault();
    watchForEnd();
    return dragOut(clips.map((one) => one.id));
  }
  if (!event.dataTransfer) return;
  const address = (one: Clip): string => new URL(sourceUrl(one), location.href).href;
  event.dataTransfer.effectAllowed = 'copy';
  event.dataTransfer.setData('text/uri-list', clips.map(address).join('\r\n'));
  event.dataTransfer.setData('text/plain', clips.map((one) => one.path).join('\n'));
  // Chromium saves what this names where it is dropped.
  event.dataTransfer.setData(
    'DownloadURL',
    `application/octet-stream:${clip.name.replaceAll(/[:\\/]/g, '_')}:${address(clip)}`,
  );
}
