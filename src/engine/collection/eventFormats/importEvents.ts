// Events in: read, match, report; then write all of them as one step that undo takes back whole.
import path from 'node:path';
import type { EventImportReport } from '../../../shared/contract/event.ts';
import type { Workspace } from '../workspace.ts';
import { eventFormats } from './eventFormats.ts';
import { classNamesKey, planEventImport, type EventImport, type EventImportPlan } from './planEventImport.ts';

/** @throws EngineError BAD_INPUT for a file that cannot be read at all, NOT_FOUND; then nothing is written. */
export async function importEvents(
  workspace: Workspace,
  input: EventImport,
): Promise<{ report: EventImportReport; mediaIds: number[] }> {
  const read = await eventFormats[input.format].read(input.path);
  const plan = planEventImport(workspace, input, read);
  const nothing = plan.events.length === 0 && !(input.complete && plan.mediaIds.length > 0);
  if (input.dryRun || nothing) return { report: plan.report, mediaIds: [] };
  workspace.oneStep(`Import ${plan.events.length} events from ${path.basename(input.path)}`, () =>
    write(workspace, input, plan),
  );
  return { report: { ...plan.report, written: true }, mediaIds: plan.mediaIds };
}

function write(workspace: Workspace, input: EventImport, plan: EventImportPlan): void {
  const { schemaId: known, schemaName, newClasses, events, mediaIds } = plan;
  const schemaId = known ?? workspace.schemas.create({ name: schemaName, multiLabel: true }).id;
  if (newClasses.length > 0)
    workspace.schemas.addClasses(
      schemaId,
      newClasses.map((name) => ({ name })),
    );
  const classIds = new Map(workspace.schemas.get(schemaId).classes.map(({ name, id }) => [name, id]));
  if (events.length > 0)
    workspace.events.add(events.map(({ className, ...event }) => ({ ...event, classId: classIds.get(className)! })));
  if (input.complete && mediaIds.length > 0) workspace.events.setComplete(mediaIds, schemaId, true);
  if (input.classNames) workspace.settings.set(classNamesKey(schemaId), plan.classNames);
}
