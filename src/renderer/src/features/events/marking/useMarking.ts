// Marking in progress: the drawn range, the dragged event, and class keys that are held. One for the panel, shared by its tracks.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { usePlayer } from '../../../stores/player.ts';
import { useSchemas } from '../../../stores/schemas.ts';
import { useEvents } from '../eventsStore.ts';
import { useRecording } from '../recordingStore.ts';
import { drawnSpan, moveSpan, type Grip, type Span } from './editing.ts';
import { releasedMark, type HeldMark } from './holdToMark.ts';
import { snapTime } from './snapping.ts';

export interface DrawnRange {
  onsetS: number;
  offsetS: number;
  lowHz: number | null;
  highHz: number | null;
}

export const useMarking = defineStore('marking', () => {
  const [recording, events, schemas, player] = [useRecording(), useEvents(), useSchemas(), usePlayer()];
  /** A stretch that was drawn and has no class yet. */
  const range = ref<DrawnRange | null>(null);
  /** A drag on the spectrogram also sets a frequency band. */
  const bands = ref(false);
  let drawing: { fromS: number; fromHz: number | null; classId: number | null } | null = null;
  let dragged: { id: number; grip: Grip; span: Span; grabbedS: number } | null = null;
  const draggedSpan = shallowRef<(Span & { id: number }) | null>(null);
  const held = ref<HeldMark[]>([]);
  const colourOf = (classId: number): string => schemas.classById.get(classId)?.colour ?? '#888';

  const edges = computed(() => events.shown.flatMap(({ id, onsetS, offsetS }) => [{ id, onsetS, offsetS }]));
  function snapped(timeS: number, except: number | null = null): number {
    const { view, display, media } = recording;
    const within = Math.min(recording.lengthS, Math.max(0, timeS));
    return snapTime(within, {
      snap: display.snap,
      frameRateHz: recording.hasPicture ? (media?.frameRateHz ?? null) : null,
      edgesS: edges.value.flatMap(({ id, onsetS, offsetS }) => (id === except ? [] : [onsetS, offsetS ?? onsetS])),
      reachS: (view.toS - view.fromS) / 200,
    });
  }

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
  /** A click without a drag moves the playhead. */
  async function endDraw(): Promise<void> {
    const done = drawing;
    drawing = null;
    if (!done) return;
    if (!range.value) {
      events.select([]);
      seek(done.fromS);
      return;
    }
    if (done.classId !== null) await markRange(done.classId);
  }
  function cancelDraw(): void {
    drawing = null;
    range.value = null;
  }
  function seek(timeS: number): void {
    recording.playheadS = timeS;
    player.seek(timeS);
  }
  async function markRange(classId: number): Promise<void> {
    const drawn = range.value;
    if (!drawn) return;
    range.value = null;
    await events.add({ classId, ...drawn });
  }

  function beginDrag(id: number, grip: Grip, span: Span, timeS: number): void {
    dragged = { id, grip, span, grabbedS: timeS };
    draggedSpan.value = { id, ...span };
  }
  function drag(timeS: number): void {
    if (!dragged) return;
    const { id, grip, span, grabbedS } = dragged;
    const to = grip === 'whole' ? span.onsetS + timeS - grabbedS : timeS;
    draggedSpan.value = { id, ...moveSpan(span, grip, snapped(to, id), recording.lengthS) };
  }
  async function endDrag(): Promise<void> {
    const [from, to] = [dragged?.span, draggedSpan.value];
    dragged = null;
    if (from && to && (from.onsetS !== to.onsetS || from.offsetS !== to.offsetS))
      await events.change([{ id: to.id, onsetS: to.onsetS, offsetS: to.offsetS }], 'move an event');
    draggedSpan.value = null;
  }

  /** A class key went down: it gives a drawn range or the selected events their class, and otherwise begins a mark at the playhead. */
  async function pressClass(classId: number, key: string): Promise<void> {
    if (range.value) return markRange(classId);
    if (!player.playing && events.selected.length > 0) {
      await events.changeSelected({ classId });
      return;
    }
    if (!held.value.some((mark) => mark.key === key))
      held.value = [...held.value, { classId, key, onsetS: recording.playheadS }];
  }
  async function releaseKey(key: string): Promise<void> {
    const mark = held.value.find((one) => one.key === key);
    if (!mark) return;
    held.value = held.value.filter((one) => one !== mark);
    const span = releasedMark(mark, recording.playheadS, player.rate);
    await events.add({ classId: mark.classId, ...span });
  }
  /** Focus went elsewhere while a key was held: its release will not be heard. */
  const releaseAll = async (): Promise<void> => {
    for (const { key } of held.value) await releaseKey(key);
  };

  /** Moves an edge of the selected events by `byS`; without an edge all of them. */
  async function nudge(grip: Grip, byS: number): Promise<void> {
    const changes = events.selected.map(({ id, onsetS, offsetS }) => {
      const span = { onsetS, offsetS };
      const from = grip === 'offset' ? (offsetS ?? onsetS) : onsetS;
      return { id, ...moveSpan(span, offsetS === null ? 'whole' : grip, from + byS, recording.lengthS) };
    });
    await events.change(changes, 'move an edge');
  }
  return {
    range,
    bands,
    draggedSpan,
    held,
    colourOf,
    snapped,
    beginDraw,
    draw,
    endDraw,
    cancelDraw,
    seek,
    markRange,
    beginDrag,
    drag,
    endDrag,
    pressClass,
    releaseKey,
    releaseAll,
    nudge,
  };
});
