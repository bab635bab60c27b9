// A stretch of time drawn with the pointer, and with bands on, a stretch of frequencies.
import { ref } from 'vue';
import { drawnSpan } from './editing.ts';

export interface DrawnRange {
  onsetS: number;
  offsetS: number;
  lowHz: number | null;
  highHz: number | null;
}
interface Start {
  fromS: number;
  fromHz: number | null;
  classId: number | null;
}

export interface DrawingContext {
  snapped(timeS: number): number;
  /** The drag ended without a stretch: a click. */
  clicked(timeS: number): void;
  /** A stretch was drawn in the lane of a class. */
  drawnInLane(classId: number): Promise<void>;
}

export function useDrawing({ snapped, clicked, drawnInLane }: DrawingContext) {
  /** A stretch that was drawn and has no class yet. */
  const range = ref<DrawnRange | null>(null);
  /** A drag on the spectrogram also sets a frequency band. */
  const bands = ref(false);
  let drawing: Start | null = null;

  /** `classId`: drawn in that class's lane, so that it becomes an event when the drag ends. */
  function beginDraw(timeS: number, hz: number | null, classId: number | null = null): void {
    drawing = { fromS: snapped(timeS), fromHz: bands.value ? hz : null, classId };
    range.value = null;
  }
  function draw(timeS: number, hz: number | null = null): void {
    if (!drawing) return;
    const span = drawnSpan(drawing.fromS, snapped(timeS));
    const band = drawing.fromHz !== null && hz !== null ? [drawing.fromHz, hz].toSorted((a, b) => a - b) : null;
    range.value = span && { ...span, lowHz: band?.[0] ?? null, highHz: band?.[1] ?? null };
  }
  async function endDraw(): Promise<void> {
    const done = drawing;
    drawing = null;
    if (!done) return;
    if (!range.value) return clicked(done.fromS);
    if (done.classId !== null) await drawnInLane(done.classId);
  }
  function cancelDraw(): void {
    drawing = null;
    range.value = null;
  }
  return { range, bands, beginDraw, draw, endDraw, cancelDraw };
}
