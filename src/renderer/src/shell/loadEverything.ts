// Asks for all that the window shows: at start, and after the engine was out of reach.
import { useClassifiers } from '../stores/classifiers.ts';
import { useClips } from '../stores/clips.ts';
import { useCollection } from '../stores/collection.ts';
import { useFilter } from '../stores/filter.ts';
import { useJobs } from '../stores/jobs.ts';
import { useMap } from '../stores/map.ts';
import { useSchemas } from '../stores/schemas.ts';
import { useToasts } from '../stores/toasts.ts';
import { useUndo } from '../stores/undo.ts';

/** Loads every store; what fails is shown once, where it belongs. */
export async function loadEverything(): Promise<void> {
  const collection = useCollection();
  await collection.open();
  if (collection.failure) return;
  const [classifiers, filter, jobs, map, schemas, undo] = [useClassifiers(), useFilter(), useJobs(), useMap(), useSchemas(), useUndo()];
  useClips().invalidate(null);
  const parts = [Promise.all([schemas.refresh(), classifiers.refresh()]).then(() => Promise.all([map.refreshColumn(), filter.refresh()])), map.refresh(), jobs.refresh(), undo.refresh()];
  for (const part of await Promise.allSettled(parts)) if (part.status === 'rejected') useToasts().fail(part.reason, 'Loading');
}
