// BORIS projects (.boris, JSON): an ethogram of behaviours and observations whose events are [time, subject, code,
// modifiers, comment].
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import {
  droppedFields,
  Losses,
  noEvent,
  type ReadEvent,
  type ReadEvents,
  type Written,
  type WrittenRecording,
} from './eventRecord.ts';

interface Behaviour {
  type?: string;
  code?: string;
}
interface Observation {
  file?: Record<string, string[]> | string[];
  'time offset'?: number | string;
  events?: (number | string | null)[][];
  media_info?: { length?: Record<string, number> };
}
interface Project {
  behaviors_conf?: Record<string, Behaviour>;
  observations?: Record<string, Observation>;
}

/** Files of the first player, in the order they are played. */
function mediaOf(observation: Observation, losses: Losses): string[] {
  if (Array.isArray(observation.file)) return observation.file;
  const players = Object.entries(observation.file ?? {}).filter(([, files]) => files.length > 0);
  if (players.length > 1) losses.add('media of further players', players.length - 1);
  return players.toSorted(([a], [b]) => Number(a) - Number(b))[0]?.[1] ?? [];
}

/** The file of a time in the queue of an observation, and the time in that file. */
function placed(
  timeS: number,
  files: readonly string[],
  lengths: Readonly<Record<string, number>>,
): { path: string; timeS: number } {
  let rest = timeS;
  for (const [k, file] of files.entries()) {
    const length = Number(lengths[file] ?? Number.POSITIVE_INFINITY);
    if (rest < length || k === files.length - 1) return { path: file, timeS: rest };
    rest -= length;
  }
  return { path: files[0]!, timeS };
}

export function readBorisProject(text: string, file: string): ReadEvents {
  let project: Project;
  try {
    project = JSON.parse(text) as Project;
  } catch (thrown) {
    throw new EngineError(
      'BAD_INPUT',
      `${file} is not valid JSON: ${(thrown as Error).message}`,
      { path: file },
      thrown,
    );
  }
  if (!project.observations || !project.behaviors_conf)
    throw new EngineError('BAD_INPUT', `${file} is not a BORIS project: it has no observations and behaviours`, {
      path: file,
    });
  const states = new Set(
    Object.values(project.behaviors_conf).flatMap(({ type, code }) =>
      /state/i.test(type ?? '') && code ? [code] : [],
    ),
  );
  const losses = new Losses();
  const found: ReadEvents = { events: [], bad: [], recordings: [], lost: [] };
  for (const [name, observation] of Object.entries(project.observations)) {
    const files = mediaOf(observation, losses);
    if (files.length === 0) {
      if (observation.events?.length) found.bad.push({ line: 0, reason: `observation ${name} has no media file` });
      continue;
    }
    found.recordings.push(...files);
    readObservation(name, observation, files, states, found, losses);
  }
  return { ...found, recordings: [...new Set(found.recordings)], lost: losses.list() };
}

function readObservation(
  name: string,
  observation: Observation,
  files: readonly string[],
  states: ReadonlySet<string>,
  found: ReadEvents,
  losses: Losses,
): void {
  const offsetS = Number(observation['time offset'] ?? 0);
  const lengths = observation.media_info?.length ?? {};
  const started = new Map<string, number>();
  const rows = (observation.events ?? []).toSorted((a, b) => Number(a[0]) - Number(b[0]));
  for (const [time, subject, code, modifiers, comment] of rows) {
    const timeS = Number(time) - offsetS;
    if (!Number.isFinite(timeS) || typeof code !== 'string' || code === '') {
      found.bad.push({ line: 0, reason: `observation ${name} has an event without time or behaviour` });
      continue;
    }
    if (modifiers && modifiers !== 'None') losses.add('modifiers');
    if (comment) losses.add('comments');
    if (subject) losses.add('subjects');
    const at = placed(timeS, files, lengths);
    const event: ReadEvent = { ...noEvent, line: 0, path: at.path, onsetS: at.timeS, offsetS: null, label: code };
    const key = JSON.stringify([subject, code, modifiers]);
    if (!states.has(code)) found.events.push(event);
    else if (started.has(key)) {
      const fromS = started.get(key)!;
      started.delete(key);
      const from = placed(fromS, files, lengths);
      if (from.path === at.path) found.events.push({ ...event, onsetS: from.timeS, offsetS: at.timeS });
      else
        found.bad.push({
          line: 0,
          reason: `${code} at ${fromS} s of observation ${name} runs from one media file into the next`,
        });
    } else started.set(key, timeS);
  }
  for (const [key, fromS] of started)
    found.bad.push({
      line: 0,
      reason: `${(JSON.parse(key) as string[])[1]} at ${fromS} s of observation ${name} never stops`,
    });
}

/** A name of an observation that no other recording has. */
function observationNames(recordings: readonly WrittenRecording[]): string[] {
  const taken = new Set<string>();
  return recordings.map(({ path: file }) => {
    const stem = path.basename(file, path.extname(file));
    let name = stem;
    for (let n = 2; taken.has(name); n++) name = `${stem} (${n})`;
    taken.add(name);
    return name;
  });
}

/** State events are two rows, their start and their stop; point events are one. */
function borisRows({ events }: WrittenRecording, pointName: (code: string) => string): unknown[][] {
  return events
    .flatMap((event) =>
      event.offsetS === null
        ? [[event.onsetS, '', pointName(event.class), '', '', '']]
        : [
            [event.onsetS, '', event.class, '', '', ''],
            [event.offsetS, '', event.class, '', '', ''],
          ],
    )
    .toSorted((a, b) => Number(a[0]) - Number(b[0]));
}

const observationOf = (recording: WrittenRecording, pointName: (code: string) => string): unknown => ({
  file: { 1: [recording.path], 2: [], 3: [], 4: [], 5: [], 6: [], 7: [], 8: [] },
  type: 'MEDIA',
  date: new Date().toISOString().slice(0, 19),
  description: '',
  'time offset': 0,
  events: borisRows(recording, pointName),
  independent_variables: {},
  media_info: {
    length: { [recording.path]: recording.durationS },
    fps: {},
    hasVideo: { [recording.path]: recording.kind === 'video' },
    hasAudio: { [recording.path]: true },
  },
});

const behaviourOf = ({ type, code }: { type: string; code: string }): unknown => ({
  type,
  key: '',
  code,
  description: '',
  category: '',
  modifiers: '',
  excluded: '',
  'coding map': '',
  color: '',
});

export function writeBorisProject(recordings: readonly WrittenRecording[]): Written {
  const events = recordings.flatMap((recording) => recording.events);
  const pointCodes = new Set(events.filter(({ offsetS }) => offsetS === null).map((event) => event.class));
  const stateCodes = new Set(events.filter(({ offsetS }) => offsetS !== null).map((event) => event.class));
  // A behaviour is a point or a state; a class with both kinds of events gets two.
  const pointName = (code: string): string => (stateCodes.has(code) ? `${code} (point)` : code);
  const behaviours = [
    ...[...stateCodes].map((code) => ({ type: 'State event', code })),
    ...[...pointCodes].map((code) => ({ type: 'Point event', code: pointName(code) })),
  ];
  const names = observationNames(recordings);
  const lost = droppedFields(recordings, {});
  const overlapping = recordings.reduce((sum, recording) => sum + sameClassOverlaps(recording), 0);
  if (overlapping > 0) lost.push(`events of one class that overlap cannot be told apart (${overlapping})`);
  const document = {
    time_format: 'hh:mm:ss',
    project_date: new Date().toISOString().slice(0, 19),
    project_name: 'CAV-MAE Studio',
    project_description: '',
    project_format_version: '7.0',
    subjects_conf: {},
    behaviors_conf: Object.fromEntries(behaviours.map((one, k) => [k, behaviourOf(one)])),
    observations: Object.fromEntries(recordings.map((one, k) => [names[k], observationOf(one, pointName)])),
    behavioral_categories: [],
    independent_variables: {},
    coding_map: {},
    behaviors_coding_map: [],
    converters: {},
  };
  return { text: `${JSON.stringify(document, null, 1)}\n`, lost };
}

function sameClassOverlaps({ events }: WrittenRecording): number {
  const ends = new Map<string, number>();
  let overlaps = 0;
  for (const event of events.toSorted((a, b) => a.onsetS - b.onsetS)) {
    if (event.offsetS === null) continue;
    if (event.onsetS < (ends.get(event.class) ?? -1)) overlaps++;
    ends.set(event.class, Math.max(ends.get(event.class) ?? 0, event.offsetS));
  }
  return overlaps;
}
