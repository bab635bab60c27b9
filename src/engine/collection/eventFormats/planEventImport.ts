// What an import of events would write: events matched to recordings and classes, and everything that cannot be read
// in, named.
import path from 'node:path';
import type { EventFormat, EventImportReport, EventModality } from '../../../shared/contract/event.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { eventProblem } from '../events/eventRow.ts';
import type { StoredEvent } from '../events/eventStore.ts';
import { ClipMatcher } from '../labels/clipMatcher.ts';
import { labelMedia, type LabelMedium } from '../labels/labelMedia.ts';
import type { Workspace } from '../workspace.ts';
import type { ReadEvent, ReadEvents } from './eventRecord.ts';

export interface EventImport {
  path: string;
  format: EventFormat;
  schema?: string | undefined;
  classNames?: Record<string, string> | undefined;
  mediaId?: number | undefined;
  modality: EventModality;
  complete: boolean;
  annotator?: string | undefined;
  dryRun: boolean;
}
/** An event whose class is known by name: it may have to be made. */
export type PlannedEvent = Omit<StoredEvent, 'classId'> & { className: string };

export interface EventImportPlan {
  schemaId: number | null;
  schemaName: string;
  newClasses: string[];
  /** Names in the file → names of classes, as used. */
  classNames: Record<string, string>;
  events: PlannedEvent[];
  /** Recordings that the file names and the collection has. */
  mediaIds: number[];
  report: EventImportReport;
}

const mostProblems = 1000;
const mostWarnings = 200;
/** The setting that remembers how names of files map to classes of a schema. */
export const classNamesKey = (schemaId: number): string => `eventClassNames.${schemaId}`;

/** The schema by name; without one the only one there is, else one named after the file. */
function schemaFor(workspace: Workspace, { schema, path: file }: EventImport): { id: number | null; name: string } {
  const schemas = workspace.schemas.list();
  const named =
    schema === undefined
      ? schemas.length === 1
        ? schemas[0]
        : undefined
      : schemas.find(({ name }) => name === schema.trim());
  const stem = path.basename(file, path.extname(file)).trim();
  return named ? { id: named.id, name: named.name } : { id: null, name: schema?.trim() || stem || 'events' };
}

/** Finds recordings by name, and remembers which names lead nowhere. */
class RecordingFinder {
  readonly unmatched = new Map<string, { events: number; reason: string }>();
  private readonly media: readonly LabelMedium[];
  private readonly matcher: ClipMatcher;
  private readonly folder: string;
  private readonly fixed: LabelMedium | null;
  private readonly fallback: string;
  private readonly found = new Map<string, LabelMedium | null>();

  constructor(workspace: Workspace, { path: file, mediaId }: EventImport) {
    this.media = labelMedia(workspace);
    this.matcher = new ClipMatcher(this.media);
    this.folder = path.dirname(path.resolve(file));
    this.fallback = path.basename(file, path.extname(file));
    this.fixed = mediaId === undefined ? null : (this.media.find(({ id }) => id === mediaId) ?? null);
    if (mediaId !== undefined && !this.fixed)
      throw new EngineError('NOT_FOUND', `there is no recording ${mediaId}`, { field: 'mediaId' });
  }

  /** `events`: how many of them ask. */
  find(name: string | null, events: number): LabelMedium | null {
    if (name === null && this.fixed) return this.fixed;
    const asked = name ?? this.fallback;
    let medium = this.found.get(asked);
    if (medium === undefined) {
      const match = this.matcher.medium(asked, this.folder);
      medium = typeof match === 'string' ? null : this.media.find(({ id }) => id === match.id)!;
      if (typeof match === 'string') this.unmatched.set(asked, { events: 0, reason: match });
      this.found.set(asked, medium);
    }
    if (!medium) this.unmatched.get(asked)!.events += events;
    return medium;
  }
}

const keyOf = (event: Pick<PlannedEvent, 'mediaId' | 'className' | 'modality' | 'onsetS' | 'offsetS'>): string =>
  [
    event.mediaId,
    event.className,
    event.modality,
    event.onsetS.toFixed(4),
    (event.offsetS ?? event.onsetS).toFixed(4),
  ].join('\t');

/** Events of the schema that are there already, of these recordings. */
function knownEvents(workspace: Workspace, schemaId: number | null, mediaIds: readonly number[]): Set<string> {
  if (schemaId === null || mediaIds.length === 0) return new Set();
  const { rows } = workspace.eventQuery.list({ schemaId, mediaIds: [...mediaIds] }, undefined, 0, 10_000_000);
  return new Set(rows.map((row) => keyOf({ ...row, className: row.class })));
}

/** Overlapping events of one class and modality in a recording deserve a look. */
function overlaps(events: readonly PlannedEvent[], nameOf: (mediaId: number) => string): string[] {
  const sorted = events.toSorted(
    (a, b) => a.mediaId - b.mediaId || a.className.localeCompare(b.className) || a.onsetS - b.onsetS,
  );
  const warnings: string[] = [];
  for (const [k, event] of sorted.entries()) {
    const before = sorted[k - 1];
    if (before?.mediaId !== event.mediaId || before.className !== event.className || before.modality !== event.modality)
      continue;
    if ((before.offsetS ?? before.onsetS) > event.onsetS)
      warnings.push(
        `${nameOf(event.mediaId)}: two events of ${event.className} overlap at ${event.onsetS.toFixed(2)} s`,
      );
    if (warnings.length >= mostWarnings) break;
  }
  return warnings;
}

interface Matched {
  events: PlannedEvent[];
  media: Map<number, LabelMedium>;
  /** Events by the name that the file gives their class. */
  counts: Map<string, number>;
  problems: ReadEvents['bad'];
}

/** Events of the file whose recording is known and whose times are possible. */
function matchEvents(
  input: EventImport,
  read: ReadEvents,
  finder: RecordingFinder,
  names: Record<string, string>,
): Matched {
  const matched: Matched = { events: [], media: new Map(), counts: new Map(), problems: [...read.bad] };
  for (const name of read.recordings) {
    const medium = finder.find(name, 0);
    if (medium) matched.media.set(medium.id, medium);
  }
  for (const event of read.events) {
    const medium = finder.find(event.path, 1);
    if (!medium) continue;
    const problem = eventProblem(event, medium.durationS);
    if (problem) {
      matched.problems.push({ line: event.line, reason: `${medium.label}: ${problem}` });
      continue;
    }
    matched.media.set(medium.id, medium);
    matched.counts.set(event.label, (matched.counts.get(event.label) ?? 0) + 1);
    matched.events.push(plannedEvent(event, medium.id, names[event.label] ?? event.label, input));
  }
  return matched;
}

const plannedEvent = (event: ReadEvent, mediaId: number, className: string, input: EventImport): PlannedEvent => ({
  mediaId,
  className,
  onsetS: event.onsetS,
  offsetS: event.offsetS,
  value: event.value,
  lowHz: event.lowHz,
  highHz: event.highHz,
  modality: event.modality ?? input.modality,
  source: 'import',
  annotator: event.annotator ?? input.annotator ?? null,
});

/** Events that are neither there already nor twice in the file. */
function freshEvents(events: readonly PlannedEvent[], known: ReadonlySet<string>): PlannedEvent[] {
  const seen = new Set<string>();
  return events.filter((event) => {
    const key = keyOf(event);
    if (known.has(key) || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export function planEventImport(workspace: Workspace, input: EventImport, read: ReadEvents): EventImportPlan {
  const schema = schemaFor(workspace, input);
  const remembered =
    schema.id === null ? {} : (workspace.settings.get<Record<string, string>>(classNamesKey(schema.id)) ?? {});
  const classNames = { ...remembered, ...input.classNames };
  const finder = new RecordingFinder(workspace, input);
  const { events, media, counts, problems } = matchEvents(input, read, finder, classNames);
  const mediaIds = [...media.keys()];
  const fresh = freshEvents(events, knownEvents(workspace, schema.id, mediaIds));
  const classes = new Set(schema.id === null ? [] : workspace.schemas.get(schema.id).classes.map(({ name }) => name));
  const newClasses = [...new Set(fresh.map(({ className }) => className))].filter((name) => !classes.has(name));
  const as = (name: string): string => classNames[name] ?? name;
  return {
    schemaId: schema.id,
    schemaName: schema.name,
    newClasses,
    classNames,
    events: fresh,
    mediaIds,
    report: {
      format: input.format,
      events: fresh.length,
      known: events.length - fresh.length,
      recordings: media.size,
      unmatched: [...finder.unmatched].map(([name, one]) => ({ path: name, ...one })),
      classes: [...counts].map(([name, n]) => ({
        name,
        as: as(name),
        events: n,
        isNew: newClasses.includes(as(name)),
      })),
      schema: schema.name,
      problems: problems.toSorted((a, b) => a.line - b.line).slice(0, mostProblems),
      problemCount: problems.length,
      warnings: overlaps(fresh, (mediaId) => media.get(mediaId)!.label),
      lost: read.lost,
      written: false,
    },
  };
}
