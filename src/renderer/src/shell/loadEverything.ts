// Asks for all that the window shows: at start, and after the engine was out of reach.
import { useClassifiers } from '../stores/classifiers.ts';
import { useClips } from '../stores/clips.ts';
import { useCollection } from '../stores/collection.ts';
import { useFilter } from '../stores/filter.ts';
import { useJobs } from '../stores/jobs.ts';
import { useMap } from '../stores/map.ts';
import { useModels } from '../stores/models.ts';
import { useSchemas } from '../stores/schemas.ts';
import { useToasts } from '../stores/toasts.ts';
import { useUndo } from '../stores/undo.ts';

/** About a screen of them: panels ask for what else they show. */
const firstClips = 60;

/** Loads every store; what fails is shown once, where it belongs. */
export async function loadEverything(): Promise<void> {
  const [classifiers, clips, collection, filter, jobs, map, models, schemas, undo] = [
    useClassifiers(),
    useClips(),
    useCollection(),
    useFilter(),
    useJobs(),
    useMap(),
    useModels(),
    useSchemas(),
    useUndo(),
  ];
  clips.invalidate(null);
  // The engine answers in the order it is asked: what is seen first, and what the rest depends on, comes first.
  const [listed, opened] = [filter.list().then(() => clips.show(filter.ids.slice(0, firstClips))), collection.open()];
  const named = Promise.all([schemas.refresh(), classifiers.refresh()]);
  const parts = [
    named,
    listed.then(() => map.refresh()),
    Promise.all([listed, named]).then(() => map.refreshColumn().then(filter.count)),
    listed.then(jobs.refresh),
    listed.then(undo.refresh),
    listed.then(models.refresh),
  ];
  const results = await Promise.allSettled(parts);
  await opened;
  // An engine out of reach is said once, in place of everything.
  if (collection.failure) return;
  for (const reason of new Set(results.flatMap((part) => (part.status === 'rejected' ? [part.reason as unknown] : []))))
    useToasts().fail(reason, 'Loading');
}
