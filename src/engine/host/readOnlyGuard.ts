// Read-only mode: a closed list of what may still be asked; everything else is refused before it runs.
import { EngineError } from '../../shared/engineError.ts';
import { toOrpcError } from './orpcErrors.ts';

/** A procedure not named here writes, or might one day. */
const reading = new Set([
  'system.capabilities',
  'system.backend',
  'system.doctor',
  'system.report',
  'system.events',
  'workspaces.list',
  'collection.summary',
  'clips.list',
  'clips.ids',
  'clips.byIds',
  'clips.get',
  'clips.columns',
  'clips.facets',
  'schemas.list',
  'annotations.undoState',
  'annotations.history',
  'events.list',
  'events.facets',
  'events.overview',
  'events.recordings',
  'events.history',
  'events.detectors',
  'events.proposals',
  'events.audit',
  'events.inspect',
  'events.export',
  'views.list',
  'embeddings.sets',
  'projections.list',
  'projections.clusters',
  'search.similar',
  'search.retrieve',
  'search.retrievalEvaluation',
  'search.queue',
  'search.propagate',
  'inspect.reconstruct',
  'inspect.localise',
  'inspect.sweep',
  'finetune.presets',
  'finetune.preview',
  'learning.state',
  'learning.compare',
  'runs.list',
  'runs.get',
  'classifiers.list',
  'classifiers.get',
  'classifiers.predictions',
  'classifiers.predictFiles',
  'classifiers.compare',
  'classifiers.evaluate',
  'models.list',
  'models.dependents',
  'models.inspect',
  'jobs.list',
  'jobs.get',
]);

/** @throws READ_ONLY for procedures that could change the workspace. */
export function readOnlyInterceptor(readOnly: boolean) {
  return async <T>(options: { path: readonly string[]; next(): Promise<T> }): Promise<T> => {
    const path = options.path.join('.');
    if (readOnly && !reading.has(path)) {
      throw toOrpcError(
        new EngineError('READ_ONLY', `${path} is refused: this workspace is open for reading only`, {
          hint: 'Close the other window or process that has it open, or start without --read-only.',
        }),
      );
    }
    return options.next();
  };
}
