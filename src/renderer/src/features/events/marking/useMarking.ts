// Marking in progress: the drawn range, the dragged event, and class keys that are held. One for the panel, shared by
// its tracks.
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { usePlayer } from '../../../stores/player.ts';
import { useSchemas } from '../../../stores/schemas.ts';
import { useEvents } from '../eventsStore.ts';
import { useRecording } from '../recordingStore.ts';
import { useProposals } from '../review/proposalsStore.ts';
import { moveSpan, type Grip } from './editing.ts';
import { releasedMark, type HeldMark } from './holdToMark.ts';
import { snapTime } from './snapping.ts';
import { useDragging } from './useDragging.ts';
import { useDrawing } from './useDrawing.ts';

/** Snaps a time to what is near it in the open recording. */
function useSnapping() {
  const [recording, events] = [useRecording(), useEvents()];
  const edges = computed(() => events.shown.map(({ id, onsetS, offsetS }) => ({ id, onsetS, offsetS })));
  return (timeS: number, except: number | null = null): number => {
    const { view, display, media } = recording;
    const within = Math.min(recording.lengthS, Math.max(0, timeS));
    return snapTime(within, {
      snap: display.snap,
      frameRateHz: recording.hasPicture ? (media?.frameRateHz ?? null) : null,
      edgesS: edges.value.flatMap(({ id, onsetS, offsetS }) => (id === except ? [] : [onsetS, offsetS ?? onsetS])),
      reachS: (view.toS - view.fromS) / 200,
    });
  };
}

/** Class keys that are held down, each of which marks an event until it is released. */
function useHeldKeys() {
  const [recording, events, player] = [useRecording(), useEvents(), usePlayer()];
  const held = ref<HeldMark[]>([]);
  function hold(classId: number, key: string): void {
    if (!held.value.some((mark) => mark.key === key))
      held.value = [...held.value, { classId, key, onsetS: recording.playheadS }];
  }
  async function releaseKey(key: string): Promise<void> {
    const mark = held.value.find((one) => one.key === key);
    if (!mark) return;
    held.value = held.value.filter((one) => one !== mark);
    await events.add({ classId: mark.classId, ...releasedMark(mark, recording.playheadS, player.rate) });
  }
  /** Focus went elsewhere while a key was held: its release will not be heard. */
  const releaseAll = async (): Promise<void> => {
    for (const { key } of held.value) await releaseKey(key);
  };
  return { held, hold, releaseKey, releaseAll };
}

export const useMarking = defineStore('marking', () => {
  const [recording, events, schemas, player] = [useRecording(), useEvents(), useSchemas(), usePlayer()];
  const proposals = useProposals();
  const snapped = useSnapping();
  const { hold, ...keys } = useHeldKeys();
  const colourOf = (classId: number): string => schemas.classById.get(classId)?.colour ?? '#888';
  function seek(timeS: number): void {
    recording.playheadS = timeS;
    player.seek(timeS);
  }
  async function markRange(classId: number): Promise<void> {
    const drawn = drawing.range.value;
    if (!drawn) return;
    drawing.range.value = null;
    await events.add({ classId, ...drawn });
  }
  const drawing = useDrawing({
    snapped,
    clicked: (timeS) => {
      events.select([]);
      seek(timeS);
    },
    drawnInLane: markRange,
  });
  const dragging = useDragging({
    snapped,
    lengthS: () => recording.lengthS,
    // Proposals have negative numbers here: their edges are written with the answer.
    moved: async (id, span) => {
      if (id > 0) return events.change([{ id, ...span }], 'move an event');
      proposals.adjusted = { onsetS: span.onsetS, offsetS: span.offsetS ?? span.onsetS };
      return true;
    },
  });

  /**
   * A class key went down: it gives a drawn range or the selected events their class, and otherwise begins a mark at
   * the playhead.
   */
  async function pressClass(classId: number, key: string): Promise<void> {
    if (drawing.range.value) return markRange(classId);
    if (!player.playing && events.selected.length > 0) return void (await events.changeSelected({ classId }));
    hold(classId, key);
  }
  /** Moves an edge of the selected events by `byS`, or all of them. */
  async function nudge(grip: Grip, byS: number): Promise<void> {
    const changes = events.selected.map(({ id, onsetS, offsetS }) => {
      const from = grip === 'offset' ? (offsetS ?? onsetS) : onsetS;
      const by = offsetS === null ? 'whole' : grip;
      return { id, ...moveSpan({ onsetS, offsetS }, by, from + byS, recording.lengthS) };
    });
    await events.change(changes, 'move an edge');
  }
  return { ...drawing, ...dragging, ...keys, colourOf, seek, pressClass, nudge };
});
