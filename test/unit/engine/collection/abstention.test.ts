// Predictions below the threshold of their class: marked, counted, coloured and filtered apart, and at once when a
// threshold moves.
import { expect, it } from 'vitest';
import type { Metrics } from '../../../../src/shared/contract/model.ts';
import { workspaceWithClips } from './openWorkspace.ts';

it('abstains where the likeliest class lies below its threshold', () => {
  const workspace = workspaceWithClips(4);
  const schema = workspace.schemas.create({ name: 'S', classes: ['a', 'b'] });
  const [a, b] = schema.classes.map(({ id }) => id) as [number, number];
  const metrics = (threshold: number): Metrics => ({
    trainCount: 0,
    testCount: 0,
    accuracy: null,
    mAP: null,
    mAUC: null,
    dPrime: null,
    temperature: 1,
    calibrationError: null,
    reliability: [],
    confusion: [],
    confusionClips: {},
    attribution: { audio: null, visual: null, both: null },
    warnings: [],
    classes: [
      {
        classId: a,
        name: 'a',
        support: 0,
        averagePrecision: null,
        auc: null,
        precision: null,
        recall: null,
        threshold,
      },
      {
        classId: b,
        name: 'b',
        support: 0,
        averagePrecision: null,
        auc: null,
        precision: null,
        recall: null,
        threshold: 0,
      },
    ],
  });
  const classifierId = workspace.classifiers.create(
    {
      name: 'C',
      schemaId: schema.id,
      modelId: 'm',
      mode: 'multimodal',
      depth: 'head',
      preset: 'head',
      seed: 1,
      epochs: 1,
      classes: [
        { classId: a, name: 'a' },
        { classId: b, name: 'b' },
      ],
      metrics: metrics(0.7),
    },
    'x.safetensors',
  );
  workspace.classifiers.use(classifierId);
  workspace.classifiers.savePredictions(classifierId, [1, 2, 3], Float32Array.of(0.9, 0.1, 0.6, 0.4, 0.45, 0.55));
  const said = () =>
    workspace.clips
      .rows([1, 2, 3, 4])
      .map(({ prediction }) => (prediction ? [prediction.classId, prediction.abstained ?? false] : null));
  expect(said()).toEqual([[a, false], [a, true], [b, false], null]);
  expect(workspace.clips.columns(['prediction']).columns.prediction).toEqual([a, 0, b, null]);
  expect(workspace.clips.facets().predictions).toEqual([
    { value: 0, count: 1 },
    { value: a, count: 1 },
    { value: b, count: 1 },
  ]);
  expect(workspace.clips.ids({ predictedClassIds: [a] })).toEqual([1]);
  expect(workspace.clips.ids({ predictedClassIds: [0, b] })).toEqual([2, 3]);
  expect(workspace.clips.facets({ kinds: ['video'], predictedClassIds: [0] }).predictions).toEqual([
    { value: 0, count: 1 },
  ]);
  workspace.classifiers.update(classifierId, { metrics: metrics(0.5) });
  expect(said()).toEqual([[a, false], [a, false], [b, false], null]);
  expect(workspace.clips.ids({ predictedClassIds: [0] })).toEqual([]);
});
