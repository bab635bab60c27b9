// Takes the engine's events to the stores they concern. Changes that come in bursts are gathered before anything is asked again.
import { tryOnScopeDispose, useDebounceFn } from '@vueuse/core';
import type { LabelStep } from '../../../shared/contract/annotation.ts';
import type { Job } from '../../../shared/contract/job.ts';
import type { EngineEvent } from '../../../shared/contract/system.ts';
import { useClassifiers } from './classifiers.ts';
import { useClips } from './clips.ts';
import { useCollection } from './collection.ts';
import { useFilter } from './filter.ts';
import { useJobs } from './jobs.ts';
import { useMap } from './map.ts';
import { useModels } from './models.ts';
import { useSchemas } from './schemas.ts';
import { useToasts } from './toasts.ts';
import { useUndo } from './undo.ts';

type Listener = (event: EngineEvent) => void;
const listeners = new Set<Listener>();

/**
 * For features with their own interest (training curves, models): called after the stores. Ends with the component or store that
 * asked for it, or by the returned function.
 */
export function onEngineEvent(listener: Listener): () => void {
  listeners.add(listener);
  const end = (): void => void listeners.delete(listener);
  tryOnScopeDispose(end);
  return end;
}
/** How many listen now: a test looks whether any stays. */
export const engineListeners = (): number => listeners.size;

/** The classifier that a training started by a person ended with; refits, which start by themselves, are quiet. */
function trainedBy({ kind, status, result }: Job): number | null {
  const { classifierId, quiet } = (result ?? {}) as { classifierId?: number; quiet?: boolean };
  return kind === 'finetune' && status === 'done' && !quiet ? (classifierId ?? null) : null;
}

/** Makes the function that receives every event. Call once, after Pinia is there. */
export function createEventRouter(): Listener {
  const [clips, collection, filter, jobs, map, schemas, classifiers, models, toasts, undo] = [
    useClips(),
    useCollection(),
    useFilter(),
    useJobs(),
    useMap(),
    useSchemas(),
    useClassifiers(),
    useModels(),
    useToasts(),
    useUndo(),
  ];
  const quietly = (work: () => Promise<unknown>) => () => void work().catch((error: unknown) => toasts.fail(error));
  const soon = (work: () => Promise<unknown>, ms: number) => useDebounceFn(quietly(work), ms, { maxWait: ms * 5 });
  const counts = soon(() => Promise.all([collection.refresh(), filter.refresh()]), 300);
  const column = soon(() => map.refreshColumn(), 250);
  const refreshSchemas = soon(() => schemas.refresh(), 200);
  const classCounts = (): void => {
    schemas.outdate();
    void refreshSchemas();
  };
  const projections = soon(() => map.refresh(), 300);
  const catalogue = soon(() => models.refresh(), 400);
  const filtered = soon(() => filter.refresh(), 300);
  /** A label key: what the window shows is patched; only a filter by labels has to be asked for. */
  const follow = (step: LabelStep): void => {
    clips.patch(step);
    schemas.patch(step);
    collection.patch(step);
    map.patchLabels(step);
    if (!filter.patch(step)) void filtered();
  };

  /** Classifiers that a person has just trained, until their predictions are there. */
  const trained = new Set<number>();
  const route: { [T in EngineEvent['type']]?: (event: Extract<EngineEvent, { type: T }>) => void } = {
    jobChanged: ({ job }) => {
      jobs.receive(job);
      const made = trainedBy(job);
      if (made !== null) trained.add(made);
      if (job.kind === 'project' && (job.status === 'failed' || job.status === 'cancelled')) quietly(map.stopped)();
    },
    clipsChanged: () => {
      clips.invalidate(null);
      void catalogue();
      void counts();
      void column();
    },
    sourcesChanged: () => void counts(),
    annotationsChanged: ({ clipIds, undo: state, step }) => {
      undo.engine = state;
      if (step) return follow(step);
      clips.invalidate(clipIds);
      classCounts();
      void counts();
      if (map.colourBy === 'label') void column();
    },
    eventsChanged: ({ undo: state }) => {
      undo.engine = state;
    },
    metadataChanged: ({ undo: state }) => {
      undo.engine = state;
      if (map.colourBy.startsWith('metadata:')) void column();
      if (filter.criteria.query) void filtered();
    },
    auditsChanged: ({ undo: state }) => {
      undo.engine = state;
    },
    schemasChanged: () => {
      classCounts();
      void counts();
    },
    embeddingsChanged: () => {
      void catalogue();
      void counts();
      void projections();
    },
    projectionMoved: ({ projectionId, epoch, epochs, settled }) =>
      quietly(() => map.moved(projectionId, epoch, epochs, settled))(),
    predictionsChanged: ({ classifierId }) => {
      clips.invalidate(null);
      void counts();
      if (trained.delete(classifierId)) void map.showPredictions();
      else void column();
    },
    classifiersChanged: quietly(async () => {
      await classifiers.refresh();
      await map.refreshColumn();
    }),
    modelsChanged: () => void catalogue(),
    // Another model's map, scores and embeddings are in use; the clips know which of them are embedded with it.
    currentModelChanged: quietly(async () => {
      clips.invalidate(null);
      void counts();
      await Promise.all([models.refresh(), map.refresh(), classifiers.refresh()]);
      await map.refreshColumn();
    }),
    columnsChanged: ({ columns }) => {
      if (columns.includes(map.colourBy)) void column();
      void counts();
    },
    // Another collection altogether: everything that this page holds is of the old one.
    workspaceOpened: () => location.reload(),
    notice: ({ level, message, hint }) => void toasts.show(level, message, { hint }),
  };
  return (event) => {
    (route[event.type] as Listener | undefined)?.(event);
    for (const listener of listeners) listener(event);
  };
}
