import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { uncertainty } from '../../../../src/engine/collection/query/uncertainty.ts';
import { emptyMetrics } from '../../../reliability/syntheticWorkspace.ts';
import { openWorkspace, workspaceWithClips } from './openWorkspace.ts';

function withClassifier() {
  const workspace = workspaceWithClips(3);
  const schema = workspace.schemas.create({ name: 'S', classes: ['dog', 'cat'] });
  const classes = schema.classes.map(({ id, name }) => ({ classId: id, name }));
  const classifierId = workspace.classifiers.create(
    {
      name: 'C',
      schemaId: schema.id,
      modelId: 'm',
      mode: 'multimodal',
      depth: 'head',
      preset: 'head',
      seed: 1,
      epochs: 5,
      classes,
      metrics: emptyMetrics,
    },
    path.join(workspace.folder('classifiers'), '1.safetensors'),
  );
  return { workspace, classifierId, classes };
}

describe('classifiers', () => {
  it('keep what they are made of; their checkpoint moves with the workspace', () => {
    const { workspace, classifierId, classes } = withClassifier();
    expect(workspace.classifiers.get(classifierId)).toMatchObject({
      name: 'C',
      classes,
      metrics: emptyMetrics,
      stale: false,
      current: false,
      checkpointFile: path.join(workspace.path, 'classifiers', '1.safetensors'),
    });
    expect(workspace.db.prepare('SELECT checkpoint_file FROM classifier').pluck().get()).toBe(
      path.join('classifiers', '1.safetensors'),
    );
    workspace.classifiers.update(classifierId, { name: 'Renamed', metrics: { ...emptyMetrics, accuracy: 0.5 } });
    workspace.classifiers.use(classifierId);
    expect(workspace.classifiers.list()).toMatchObject([
      { name: 'Renamed', current: true, metrics: { accuracy: 0.5 } },
    ]);
  });

  it('go stale when their model or a class of theirs goes', () => {
    const { workspace, classifierId, classes } = withClassifier();
    workspace.vectors.set('other model', 2);
    expect(workspace.classifiers.get(classifierId)?.stale).toBe(true);
    workspace.vectors.use(workspace.vectors.set('m', 2).setId);
    expect(workspace.classifiers.get(classifierId)?.stale).toBe(false);
    workspace.schemas.removeClass(classes[0]?.classId as number);
    expect(workspace.classifiers.get(classifierId)?.stale).toBe(true);
  });

  it('predict clips: top class, uncertainty, all probabilities; again replaces', () => {
    const {
      workspace,
      classifierId,
      classes: [dog, cat],
    } = withClassifier();
    workspace.classifiers.savePredictions(classifierId, [3, 1], Float32Array.from([0.25, 0.75, 1, 0]));
    workspace.classifiers.savePredictions(classifierId, [1], Float32Array.from([0.5, 0.5]));
    expect(workspace.classifiers.predictions(classifierId)).toEqual({
      clipIds: Int32Array.from([1, 3]),
      probabilities: Float32Array.from([0.5, 0.5, 0.25, 0.75]),
    });
    expect(workspace.classifiers.predictions(classifierId, [3, 2])).toEqual({
      clipIds: Int32Array.from([3]),
      probabilities: Float32Array.from([0.25, 0.75]),
    });
    workspace.classifiers.use(classifierId);
    expect(workspace.clips.rows([1, 2, 3]).map(({ prediction }) => prediction)).toEqual([
      { classifierId, classId: dog?.classId, probability: 0.5 },
      null,
      { classifierId, classId: cat?.classId, probability: 0.75 },
    ]);
    expect(workspace.clips.ids({}, { by: 'uncertainty', descending: true })).toEqual([1, 3, 2]);
    expect(() => workspace.classifiers.savePredictions(classifierId, [1], new Float32Array(3))).toThrowError(
      expect.objectContaining({ code: 'BAD_INPUT' }),
    );
  });

  it('are removed with everything they said', () => {
    const { workspace, classifierId } = withClassifier();
    workspace.classifiers.use(classifierId);
    workspace.classifiers.savePredictions(classifierId, [1], Float32Array.from([1, 0]));
    workspace.classifiers.saveAttributions(
      classifierId,
      new Map([[1, [{ classId: 1, both: 1, audio: 0.5, visual: null }]]]),
    );
    expect(workspace.classifiers.attribution(classifierId, 1)).toEqual([
      { classId: 1, both: 1, audio: 0.5, visual: null },
    ]);
    workspace.classifiers.remove(classifierId);
    expect(workspace.classifiers.current()).toBeNull();
    expect(workspace.classifiers.list()).toEqual([]);
    expect(workspace.check().ok).toBe(true);
  });

  it('measure uncertainty from 0 to 1', () => {
    expect(uncertainty(Float32Array.from([0.25, 0.25, 0.25, 0.25]), false)).toBeCloseTo(1, 6);
    expect(uncertainty(Float32Array.from([1, 0, 0]), false)).toBe(0);
    expect(uncertainty(Float32Array.from([1, 0.5, 0]), true)).toBe(1);
    expect(uncertainty(Float32Array.from([1, 0.75]), true)).toBeCloseTo(0.5, 6);
  });
});

describe('runs', () => {
  it('append their curve; a step done again is completed, not doubled', () => {
    const { runs } = openWorkspace();
    const runId = runs.create({ kind: 'pretrain', title: 'T', preset: 'small', options: { steps: 2 }, modelId: null });
    runs.append(runId, [
      { step: 1, epoch: 0, loss: 2 },
      { step: 2, epoch: 1, loss: 1 },
    ]);
    runs.append(runId, [{ step: 2, epoch: 1, loss: 0.9, valLoss: 1.1 }]);
    runs.update(runId, { status: 'done', modelId: 'own-1' });
    expect(runs.get(runId)).toMatchObject({
      status: 'done',
      modelId: 'own-1',
      options: { steps: 2 },
      curve: [
        { step: 1, epoch: 0, loss: 2 },
        { step: 2, epoch: 1, loss: 0.9, valLoss: 1.1 },
      ],
    });
    expect(runs.list()).toHaveLength(1);
    expect(runs.get(99)).toBeNull();
  });
});

describe('projections', () => {
  it('keep their points as they settle', () => {
    const { projections } = openWorkspace();
    const projectionId = projections.create({
      setId: 1,
      space: 'joint',
      neighbors: 15,
      minDist: 0.1,
      seed: 1,
      supervised: false,
      alignedTo: null,
    });
    expect(projections.points(projectionId)).toBeNull();
    const [clipIds, xy] = [Int32Array.from([3, 1]), Float32Array.from([0.5, -1, 2, 3])];
    projections.save(
      projectionId,
      clipIds,
      xy.map(() => 0),
      false,
    );
    projections.save(projectionId, clipIds, xy, true);
    expect(projections.points(projectionId)).toEqual({ clipIds, xy });
    expect(projections.get(projectionId)).toMatchObject({ points: 2, settled: true, minDist: 0.1 });
    projections.remove(projectionId);
    expect(projections.list()).toEqual([]);
  });
});
