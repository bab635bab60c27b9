// A process that imports, labels, marks events, embeds and takes back without pause until it is killed. It says on stdout what was acknowledged,
// one line per call that returned. Arguments: workspace folder, seed.
import { writeSync } from 'node:fs';
import { Workspace } from '../../src/engine/collection/workspace.ts';
import { JobQueue } from '../../src/engine/collection/jobs/jobQueue.ts';
import type { JobContext } from '../../src/engine/collection/jobs/jobTypes.ts';
import { marksOf, syntheticMedia } from './syntheticWorkspace.ts';

const [folder, seed] = [process.argv[2] as string, Number(process.argv[3])];
let state = seed >>> 0;
/** Deterministic (mulberry32), so that a failing round can be looked at again. */
function random(n: number): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % n;
}
/** Synchronous: the line is in the pipe before the next call begins. */
const say = (line: unknown): void => {
  writeSync(1, `${JSON.stringify(line)}\n`);
};

const workspace = Workspace.open(folder);
const schema = workspace.schemas.byName('S') ?? workspace.schemas.create({ name: 'S', classes: ['a', 'b', 'c'] });
const { setId } = workspace.vectors.set('m', 8);
say({ open: true });

const jobs = new JobQueue(workspace, { publish: () => {} });
/** Counts to 300, saving at each step: must go on where it was, never back. */
jobs.register('embed', {
  lane: 'compute',
  async run(context: JobContext<object, { at: number }>) {
    for (let at = context.state?.at ?? 0; at < 300; at++) {
      context.saveState({ at: at + 1 });
      say({ jobState: at + 1, jobId: context.jobId });
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      context.signal.throwIfAborted();
    }
    return { reached: 300 };
  },
});
jobs.start();
if (!jobs.list({ active: true }).length) say({ jobAdded: jobs.add('embed', 'Count', {}) });

function act(): void {
  const clips = workspace.clips.ids();
  const kind = random(10);
  if (clips.length < 20 || kind === 0) {
    const n = random(200);
    const { clipIds } = workspace.media.put(syntheticMedia(n));
    say({ media: n, clipIds });
  } else if (kind === 1) {
    const missing = workspace.vectors.missing(setId).slice(0, 16);
    const rows = (space: number) =>
      Float32Array.from(
        { length: missing.length * 8 },
        (_, i) => space * 100_000 + (missing[Math.floor(i / 8)] as number),
      );
    workspace.vectors.append(setId, missing, { joint: rows(0), audio: rows(1), visual: rows(2) });
    say({ embedded: missing });
  } else if (kind === 2 && /clip|event/.test(workspace.annotations.undoState().undoText ?? '')) {
    workspace.annotations.undo();
    say({ labels: labels() });
  } else if (kind === 3 && workspace.annotations.undoState().canRedo) {
    workspace.annotations.redo();
    say({ labels: labels() });
  } else if (kind < 7) {
    changeEvents();
    say({ labels: labels() });
  } else {
    const some = Array.from({ length: 1 + random(12) }, () => clips[random(clips.length)] as number);
    workspace.annotations.set({
      clipIds: some,
      classId: schema.classes[random(3)]?.id as number,
      value: random(8) === 0 ? null : 'positive',
    });
    say({ labels: labels() });
  }
}

/** Marks, moves, splits or removes events. */
function changeEvents(): void {
  const ids = workspace.eventQuery.ids({});
  const some = ids[random(Math.max(1, ids.length))];
  const way = some === undefined ? 0 : random(5);
  const [event] = some === undefined ? [] : workspace.events.rows([some]);
  if (!event || way < 2)
    workspace.events.add(
      Array.from({ length: 1 + random(5) }, () => ({
        mediaId: 1 + random(workspace.media.places().length),
        classId: schema.classes[random(3)]?.id as number,
        onsetS: random(50) / 10,
        offsetS: 5 + random(50) / 10,
        modality: random(2) ? ('heard' as const) : ('seen' as const),
        value: 'positive' as const,
        lowHz: null,
        highHz: null,
        annotator: null,
        source: 'person' as const,
      })),
    );
  else if (way === 2) workspace.events.update([{ id: event.id, onsetS: event.onsetS / 2 }]);
  else if (way === 3 && event.offsetS > event.onsetS + 0.2) workspace.events.split(event.id, event.onsetS + 0.1);
  else workspace.events.remove([event.id]);
}

/** Every present label and event: small collections, so the whole is the acknowledgement. */
const labels = (): string => marksOf(workspace, schema.id);

const loop = (): void => {
  act();
  setImmediate(loop);
};
loop();
