// A workspace of recordings with dates and sites, a class, and a classifier that has scored every clip.
import type { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { emptyMetrics } from '../../../../reliability/syntheticWorkspace.ts';
import { media, openWorkspace } from '../../collection/openWorkspace.ts';

export interface Scored {
  workspace: Workspace;
  schemaId: number;
  classId: number;
  otherId: number;
  classifierId: number;
  /** What a person would say of each clip. */
  truth: Map<number, boolean>;
}

export function addClassifier(workspace: Workspace, schemaId: number, name = 'calls'): number {
  const { classes } = workspace.schemas.get(schemaId);
  return workspace.classifiers.create(
    {
      name,
      schemaId,
      modelId: 'shipped',
      mode: 'multimodal',
      depth: 'head',
      preset: 'head',
      seed: 1,
      epochs: 1,
      classes: classes.map(({ id, name: label }) => ({ classId: id, name: label })),
      metrics: emptyMetrics,
    },
    'classifier.safetensors',
  );
}

/** `recordings` of ten clips of 6 s; one clip in ten holds the class, and the classifier mostly knows. */
export function scoredWorkspace(recordings = 30): Scored {
  const workspace = openWorkspace();
  const windows = Array.from({ length: 10 }, (_, i): [number, number] => [i * 6, i * 6 + 6]);
  const mediaIds = Array.from({ length: recordings }, (_, i) => {
    const { mediaId } = workspace.media.put(media(`/media/set/night ${i}.mp4`, {}, windows));
    return mediaId;
  });
  const site = workspace.metadata.column('site').id;
  workspace.metadata.set(
    mediaIds.flatMap((mediaId, i) =>
      i % 3 === 2 ? [] : [{ mediaId, columnId: site, value: { text: i % 3 === 0 ? 'north' : 'south', number: null } }],
    ),
    'person',
  );
  const { id: schemaId, classes } = workspace.schemas.create({ name: 's', classes: ['call', 'noise'] });
  const [classId, otherId] = classes.map(({ id }) => id) as [number, number];
  const classifierId = addClassifier(workspace, schemaId);
  const clipIds = workspace.clips.ids();
  const truth = new Map(clipIds.map((clipId) => [clipId, clipId % 10 === 0]));
  const score = (clipId: number): number => (truth.get(clipId) ? 0.9 : 0.1) + ((clipId * 37) % 11) / 200;
  workspace.classifiers.savePredictions(
    classifierId,
    clipIds,
    Float32Array.from(clipIds.flatMap((clipId) => [score(clipId), 1 - score(clipId)])),
  );
  return { workspace, schemaId, classId, otherId, classifierId, truth };
}
