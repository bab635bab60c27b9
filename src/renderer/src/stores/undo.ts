// One undo for the whole window: selections are remembered here, annotations in the engine's journal, in the order they
// happened.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { UndoState } from '../../../shared/contract/annotation.ts';
import { client } from '../engine/client.ts';
import { serialQueue } from '../../../shared/async/serialQueue.ts';
import { left } from '../engine/leaving.ts';
import { useToasts } from './toasts.ts';

/** `undo` and `redo` may answer with what was taken back instead, where that was another step. */
export interface UndoStep {
  text: string;
  kind: 'page' | 'annotation';
  undo: () => Promise<string | null> | void;
  redo: () => Promise<string | null> | void;
}

const depth = 200;

export const useUndo = defineStore('undo', () => {
  const toasts = useToasts();
  const done = shallowRef<UndoStep[]>([]);
  const undone = shallowRef<UndoStep[]>([]);
  const engine = ref<UndoState>({ canUndo: false, canRedo: false, undoText: null, redoText: null });
  /**
   * The engine is taking a step of its journal back, or doing it again: whatever is known of labels and schemas may
   * change.
   */
  const stepping = ref(false);

  const canUndo = computed(() => done.value.length > 0 || engine.value.canUndo);
  const canRedo = computed(() => undone.value.length > 0 || engine.value.canRedo);
  const undoText = computed(() => done.value.at(-1)?.text ?? engine.value.undoText);
  const redoText = computed(() => undone.value.at(-1)?.text ?? engine.value.redoText);

  function push(step: UndoStep): void {
    done.value = [...done.value, step].slice(-depth);
    undone.value = [];
  }
  /**
   * Serialises engine writes so that the journal order matches the order of user actions. The work pushes its step
   * itself.
   */
  const serialised = serialQueue(left);
  const inEngine =
    (ask: () => Promise<{ text: string; undo: UndoState }>, inJournal: string | null) =>
    async (): Promise<string | null> => {
      stepping.value = true;
      try {
        const answer = await ask();
        engine.value = answer.undo;
        return inJournal === null || answer.text === inJournal ? null : answer.text;
      } finally {
        stepping.value = false;
      }
    };
  /** `inJournal`: what the engine calls the step, where that is known. */
  const annotationStep = (text: string, inJournal: string | null): UndoStep => ({
    text,
    kind: 'annotation',
    undo: inEngine(() => client.annotations.undo(), inJournal),
    redo: inEngine(() => client.annotations.redo(), inJournal),
  });
  /** Remembers that an annotation step was written, so that undo walks through labels and selections in their order. */
  const pushAnnotation = (text: string, inJournal: string | null = null): void => push(annotationStep(text, inJournal));

  function take(direction: 'undo' | 'redo'): UndoStep | null {
    const from = direction === 'undo' ? done : undone;
    const step = from.value.at(-1) ?? null;
    if (step) from.value = from.value.slice(0, -1);
    return step;
  }
  /** The engine's journal goes on before this session: its steps are named, and taken back only on a second wish. */
  function earlier(direction: 'undo' | 'redo'): UndoStep | null {
    const [possible, text] =
      direction === 'undo'
        ? [engine.value.canUndo, engine.value.undoText]
        : [engine.value.canRedo, engine.value.redoText];
    return possible ? annotationStep(text ?? 'label', null) : null;
  }
  function sayEnd(direction: 'undo' | 'redo'): void {
    const before = earlier(direction);
    if (!before) return void toasts.show('info', direction === 'undo' ? 'Nothing to undo' : 'Nothing to redo');
    toasts.show('info', `Nothing more to ${direction} from this window`, {
      hint: `Before it: ${before.text}`,
      action: {
        text: direction === 'undo' ? 'Undo that too' : 'Redo that too',
        run: () => void serialised(() => perform(direction, earlier(direction))),
      },
    });
  }
  async function perform(direction: 'undo' | 'redo', taken: UndoStep | null): Promise<void> {
    if (!taken) return sayEnd(direction);
    const [to, from] = direction === 'undo' ? [undone, done] : [done, undone];
    try {
      const another = await taken[direction]();
      // The journal is one for all windows: the latest step may be another window's, and this one's is still to be
      // taken.
      if (another) from.value = [...from.value, taken];
      else to.value = [...to.value, taken].slice(-depth);
      const back = direction === 'undo' ? 'redo' : 'undo';
      toasts.show(
        'info',
        `${direction === 'undo' ? 'Undone' : 'Redone'}${another ? ', from another window' : ''}: ${another ?? taken.text}`,
        { action: { text: back === 'redo' ? 'Redo' : 'Undo', run: () => void step(back) } },
      );
    } catch (error) {
      from.value = [...from.value, taken];
      toasts.fail(error, direction === 'undo' ? 'Undo' : 'Redo');
    }
  }
  const step = (direction: 'undo' | 'redo'): Promise<void> => serialised(() => perform(direction, take(direction)));
  const undo = (): Promise<void> => step('undo');
  const redo = (): Promise<void> => step('redo');
  async function refresh(): Promise<void> {
    engine.value = await client.annotations.undoState();
  }
  return {
    done,
    undone,
    engine,
    stepping,
    canUndo,
    canRedo,
    undoText,
    redoText,
    push,
    serialised,
    pushAnnotation,
    undo,
    redo,
    refresh,
  };
});
