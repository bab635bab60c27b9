// A workspace of any size with plausible media, labels, predictions and scores, made without any real file. Deterministic.
import type { Workspace } from '../../src/engine/collection/workspace.ts';
import type { NewMedia } from '../../src/engine/collection/stores.ts';
import type { Metrics } from '../../src/shared/contract/model.ts';

const kinds = ['video', 'audio', 'image'] as const;
const words = ['bird', 'dog', 'rain', 'engine', 'Café'];

export const emptyMetrics: Metrics = {
  trainCount: 0,
  testCount: 0,
  accuracy: null,
  mAP: null,
  mAUC: null,
  dPrime: null,
  temperature: 1,
  calibrationError: null,
  reliability: [],
  classes: [],
  confusion: [],
  confusionClips: {},
  attribution: { audio: null, visual: null, both: null },
  warnings: [],
};

/** Medium number `i` with one to three windows. */
export function syntheticMedia(i: number, root = '/media/set'): NewMedia {
  const windows = 1 + (i % 3);
  return {
    absolutePath: `${root}/folder ${i % 40}/${words[i % words.length]} file ${i}.mp4`,
    kind: kinds[i % 10 === 0 ? 1 : i % 25 === 0 ? 2 : 0] as (typeof kinds)[number],
    sizeBytes: 1000 + i,
    modifiedMs: 1_700_000_000_000 + i,
    contentHash: `hash-${i}`,
    durationS: windows * 10,
    width: 640,
    height: 360,
    frameRateHz: 25,
    sampleRateHz: 16000,
    channels: 1,
    container: 'mp4',
    videoCodec: 'h264',
    audioCodec: 'aac',
    audioTracks: 1,
    audioTrack: 1,
    clips: Array.from({ length: windows }, (_, k) => ({
      startS: k * 10,
      endS: k * 10 + (windows === 1 ? 4 + (i % 7) : 10),
      badges: [...(windows > 1 ? ['cut' as const] : []), ...(i % 17 === 0 ? ['silent' as const] : [])],
    })),
  };
}

/** Fills a workspace with at least `clips` clips: 30 % labelled, all predicted, embedded (dim 4) and scored. */
export function fillWorkspace(workspace: Workspace, clips: number): { schemaId: number; classIds: number[] } {
  const schema = workspace.schemas.create({
    name: 'Synthetic',
    classes: Array.from({ length: 12 }, (_, i) => `class ${i} ${words[i % words.length]}`),
  });
  const classIds = schema.classes.map(({ id }) => id);
  const clipIds: number[] = [];
  workspace.db.transaction(() => {
    for (let i = 0; clipIds.length < clips; i++) clipIds.push(...workspace.media.put(syntheticMedia(i)).clipIds);
  })();
  workspace.annotations.setMany(
    schema.id,
    clipIds
      .filter((id) => id % 10 < 3)
      .map((clipId) => ({
        clipId,
        classId: classIds[(clipId * 7) % 12] as number,
        value: clipId % 50 === 0 ? 'uncertain' : 'positive',
        presence: null,
      })),
    'import',
    'Synthetic labels',
  );
  const { setId } = workspace.vectors.set('synthetic', 4);
  const embedded = clipIds.filter((id) => id % 100 !== 0);
  const rows = Float32Array.from({ length: embedded.length * 4 }, (_, i) => Math.sin(i));
  workspace.vectors.append(setId, embedded, { joint: rows, audio: rows, visual: rows });
  const classifierId = workspace.classifiers.create(
    {
      name: 'Synthetic',
      schemaId: schema.id,
      modelId: 'synthetic',
      mode: 'multimodal',
      depth: 'head',
      preset: 'head',
      seed: 1,
      epochs: 1,
      classes: schema.classes.map(({ id, name }) => ({ classId: id, name })),
      metrics: emptyMetrics,
    },
    'classifiers/1.safetensors',
  );
  workspace.classifiers.savePredictions(
    classifierId,
    clipIds,
    Float32Array.from({ length: clipIds.length * 12 }, (_, i) =>
      i % 12 === Math.floor(i / 12) % 12 ? 0.4 + 0.05 * ((i * 31) % 12) : 0.02,
    ),
  );
  workspace.classifiers.use(classifierId);
  workspace.clips.setScores('cluster', new Map(clipIds.map((id) => [id, (id % 31) - 1])));
  workspace.clips.setScores('correspondence', new Map(clipIds.map((id) => [id, Math.cos(id)])));
  return { schemaId: schema.id, classIds };
}

/** Every present label and event of a schema, as text to compare. */
export function marksOf(workspace: Workspace, schemaId: number): string {
  const labels = workspace.annotations.labelled(schemaId).map(({ clipId, classId }) => `${clipId}:${classId}`);
  const events = workspace.events
    .rows(workspace.eventQuery.ids({ schemaId }))
    .map(({ id, classId, onsetS, offsetS }) => `e${id}:${classId}:${onsetS}:${offsetS}`)
    .toSorted();
  return [...labels, ...events].join(' ');
}
