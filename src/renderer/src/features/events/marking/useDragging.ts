// An event or one of its edges moved with the pointer: shown at once, written when the drag ends.
import { shallowRef } from 'vue';
import { moveSpan, type Grip, type Span } from './editing.ts';

export interface DraggingContext {
  /** `except`: the event that is dragged, whose own edges do not attract it. */
  snapped(timeS: number, except: number): number;
  lengthS(): number;
  moved(id: number, span: Span): Promise<unknown>;
}

export function useDragging({ snapped, lengthS, moved }: DraggingContext) {
  let dragged: { id: number; grip: Grip; span: Span; grabbedS: number } | null = null;
  const draggedSpan = shallowRef<(Span & { id: number }) | null>(null);

  function beginDrag(id: number, grip: Grip, span: Span, timeS: number): void {
    dragged = { id, grip, span, grabbedS: timeS };
    draggedSpan.value = { id, ...span };
  }
  function drag(timeS: number): void {
    if (!dragged) return;
    const { id, grip, span, grabbedS } = dragged;
    const to = grip === 'whole' ? span.onsetS + timeS - grabbedS : timeS;
    draggedSpan.value = { id, ...moveSpan(span, grip, snapped(to, id), lengthS()) };
  }
  async function endDrag(): Promise<void> {
    const [from, to] = [dragged?.span, draggedSpan.value];
    dragged = null;
    if (from && to && (from.onsetS !== to.onsetS || from.offsetS !== to.offsetS))
      await moved(to.id, { onsetS: to.onsetS, offsetS: to.offsetS });
    draggedSpan.value = null;
  }
  return { draggedSpan, beginDrag, drag, endDrag };
}
