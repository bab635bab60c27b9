// Events in time: marked, changed, listed, carried in and out, and found by detectors.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { eventFormats, guessEventFormat } from '../../collection/eventFormats/eventFormats.ts';
import { exportEvents } from '../../collection/eventFormats/exportEvents.ts';
import { importEvents } from '../../collection/eventFormats/importEvents.ts';
import type { StepOfEvents } from '../../collection/events/eventStore.ts';
import type { EngineContext } from '../engineContext.ts';
import { createDetectorProcedures } from './detectors.ts';
import { publishEvents } from './publishEvents.ts';

export function createEventsProcedures(context: EngineContext) {
  const { workspace } = context;
  const os = implement(contract.events);
  const changed = ({ mediaIds, ...step }: StepOfEvents): Omit<StepOfEvents, 'mediaIds'> => {
    if (step.changed > 0) publishEvents(context, mediaIds);
    return step;
  };
  return {
    ...createDetectorProcedures(context),
    list: os.list.handler(({ input }) =>
      workspace.eventQuery.list(input.filter, input.sort, input.offset, input.limit),
    ),
    facets: os.facets.handler(({ input }) => workspace.eventQuery.facets(input.filter)),
    overview: os.overview.handler(({ input }) => workspace.eventQuery.overview(input.mediaId, input, input.filter)),
    recordings: os.recordings.handler(({ input }) => workspace.eventQuery.recordings(input)),
    set: os.set.handler(({ input }) =>
      changed(workspace.events.add(input.events.map((event) => ({ ...event, source: 'person' as const })))),
    ),
    update: os.update.handler(({ input }) => changed(workspace.events.update(input.changes))),
    remove: os.remove.handler(({ input }) => changed(workspace.events.remove(workspace.eventQuery.ids(input.filter)))),
    split: os.split.handler(({ input }) => changed(workspace.events.split(input.id, input.atS))),
    merge: os.merge.handler(({ input }) => changed(workspace.events.merge(input.ids))),
    setComplete: os.setComplete.handler(({ input }) =>
      changed(workspace.events.setComplete(input.mediaIds, input.schemaId, input.complete)),
    ),
    history: os.history.handler(({ input }) => workspace.events.history(input, input.limit)),
    inspect: os.inspect.handler(async ({ input }) => {
      const format = await guessEventFormat(input.path);
      if (!format) return { format, recordings: [], classes: [] };
      const { recordings, events } = await eventFormats[format].read(input.path);
      return { format, recordings, classes: [...new Set(events.map(({ label }) => label))] };
    }),
    import: os.import.handler(async ({ input }) => {
      const { report, mediaIds } = await importEvents(workspace, input);
      if (report.written) {
        context.events.publish({ type: 'schemasChanged' });
        publishEvents(context, mediaIds);
      }
      return report;
    }),
    export: os.export.handler(({ input }) => exportEvents(workspace, input)),
  };
}
