// One undo for the whole window: selections are remembered here, annotations in the engine's journal, in the order they happened.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { UndoState } from '../../../shared/contract/annotation.ts';
import { client } from '../engine/client.ts';
import { left } from '../engine/leaving.ts';
import { useToasts } from './toasts.ts';

export interface UndoStep { text: string; kind: 'page' | 'annotation'; undo: () => Promise<void> | void; redo: () => Promise<void> | void }

const depth = 200;

export const useUndo = defineStore('undo', () => {
  const toasts = useToasts();
  const done = shallowRef<UndoStep[]>([]);
  const undone = shallowRef<UndoStep[]>([]);
  const engine = ref<UndoState>({ canUndo: false, canRedo: false, undoText: null, redoText: null });
  let running: Promise<void> = Promise.resolve();
  /** The engine is taking a step of its journal back, or doing it again: whatever is known of labels and schemas may change. */
  const stepping = ref(false);

  const canUndo = computed(() => done.value.length > 0 || engine.value.canUndo);
  const canRedo = computed(() => undone.value.length > 0 || engine.value.canRedo);
  const undoText = computed(() => done.value.at(-1)?.text ?? engine.value.undoText);
  const redoText = computed(() => undone.value.at(-1)?.text ?? engine.value.redoText);

  function push(step: UndoStep): void {
    done.value = [...done.value, step].slice(-depth);
    undone.value = [];
  }
  /** Has the engine do what will be a step of its journal, once it has done what was asked for before: steps are written in the order of a person's hands, whatever way the questions take, and an undo takes the last of them. The work pushes its step itself. When the page goes away nothing waits any longer. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = Promise.race([running, left]).then(work);
    running = done.then(() => undefined, () => undefined);
    return done;
  }
  const inEngine = (ask: () => Promise<{ undo: UndoState }>) => async (): Promise<void> => {
    stepping.value = true;
    try {
      engine.value = (await ask()).undo;
    } finally {
      stepping.value = false;
    }
  };
  const annotationStep = (text: string): UndoStep => ({ text, kind: 'annotation', undo: inEngine(() => client.annotations.undo()), redo: inEngine(() => client.annotations.redo()) });
  /** Remembers that an annotation step was written, so that undo walks through labels and selections in their order. */
  const pushAnnotation = (text: string): void => push(annotationStep(text));

  /** Steps of an earlier session live only in the engine's journal; they come after everything of this window. */
  function take(direction: 'undo' | 'redo'): UndoStep | null {
    const from = direction === 'undo' ? done : undone;
    const step = from.value.at(-1);
    if (step) {
      from.value = from.value.slice(0, -1);
      return step;
    }
    const possible = direction === 'undo' ? engine.value.canUndo : engine.value.canRedo;
    return possible ? annotationStep((direction === 'undo' ? engine.value.undoText : engine.value.redoText) ?? 'label') : null;
  }
  function step(direction: 'undo' | 'redo'): Promise<void> {
    return inTurn(async () => {
      const taken = take(direction);
      if (!taken) return void toasts.show('info', direction === 'undo' ? 'Nothing to undo' : 'Nothing to redo');
      const [to, from] = direction === 'undo' ? [undone, done] : [done, undone];
      try {
        await taken[direction]();
        to.value = [...to.value, taken].slice(-depth);
        toasts.show('info', `${direction === 'undo' ? 'Undone' : 'Redone'}: ${taken.text}`);
      } catch (error) {
        from.value = [...from.value, taken];
        toasts.fail(error, direction === 'undo' ? 'Undo' : 'Redo');
      }
    });
  }
  const undo = (): Promise<void> => step('undo');
  const redo = (): Promise<void> => step('redo');
  async function refresh(): Promise<void> {
    engine.value = await client.annotations.undoState();
  }
  return { done, undone, engine, stepping, canUndo, canRedo, undoText, redoText, push, inTurn, pushAnnotation, undo, redo, refresh };
});
