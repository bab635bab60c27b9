// Clips, schemas, annotations and jobs through their procedures: validated in and out by the contract, events told.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import { createAnnotationsProcedures } from '../../../../src/engine/procedures/labels/annotations.ts';
import { createClipsProcedures } from '../../../../src/engine/procedures/labels/clips.ts';
import { createJobsProcedures } from '../../../../src/engine/procedures/jobs.ts';
import { createSchemasProcedures } from '../../../../src/engine/procedures/labels/schemas.ts';
import { emptyMetrics } from '../../../reliability/syntheticWorkspace.ts';
import { newFolder, workspaceWithClips } from '../collection/openWorkspace.ts';
import { collectionContext } from './collectionContext.ts';

function engine(clips = 3) {
  const workspace = workspaceWithClips(clips);
  const { context, events } = collectionContext(workspace);
  const client = createRouterClient(
    {
      clips: createClipsProcedures(context),
      schemas: createSchemasProcedures(context),
      annotations: createAnnotationsProcedures(context),
      jobs: createJobsProcedures(context),
    },
    { context: {} },
  );
  return { workspace, context, events, client };
}

describe('clips', () => {
  it('are listed in pages with a total, by id, and as ids', async () => {
    const { client } = engine(5);
    const page = await client.clips.list({ sort: { by: 'name', descending: true }, offset: 1, limit: 2 });
    expect([page.total, page.rows.map(({ name }) => name)]).toEqual([5, ['clip 4.mp4', 'clip 3.mp4']]);
    expect(await client.clips.ids({ filter: { text: 'clip 2' } })).toEqual({ clipIds: [2] });
    expect((await client.clips.byIds({ clipIds: [3, 99, 1] })).rows.map(({ id }) => id)).toEqual([3, 1]);
    expect((await client.clips.columns({ names: ['media', 'label'] })).columns).toEqual({
      media: [1, 2, 3, 4, 5],
      label: [null, null, null, null, null],
    });
  });

  it('one clip tells all that is known of it', async () => {
    const { client, workspace } = engine();
    const schema = await client.schemas.create({ name: 'S', classes: ['dog', 'cat'] });
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
        epochs: 1,
        classes,
        metrics: emptyMetrics,
      },
      'classifiers/1',
    );
    workspace.classifiers.use(classifierId);
    workspace.classifiers.savePredictions(classifierId, [1], Float32Array.from([0.25, 0.75]));
    workspace.classifiers.saveAttributions(
      classifierId,
      new Map([[1, [{ classId: 1, both: 0.5, audio: null, visual: 0.25 }]]]),
    );
    workspace.clips.setScores('correspondence', new Map([[1, 0.5]]));
    workspace.clips.setScores('correspondencePercentile', new Map([[1, 90]]));
    expect(await client.clips.get({ clipId: 1 })).toMatchObject({
      id: 1,
      media: { id: 1, path: 'clip 1.mp4', contentHash: 'hash of /media/set/clip 1.mp4' },
      siblings: [{ clipId: 1, startS: 0, endS: 10 }],
      predictions: [
        { classId: 2, name: 'cat', probability: 0.75 },
        { classId: 1, name: 'dog', probability: 0.25 },
      ],
      attribution: [{ classId: 1, both: 0.5, audio: null, visual: 0.25 }],
      correspondence: { score: 0.5, percentile: 90 },
      prediction: { classifierId, classId: 2, probability: 0.75 },
    });
    expect(await client.clips.get({ clipId: 2 })).toMatchObject({
      predictions: [],
      attribution: [],
      correspondence: null,
      prediction: null,
    });
    await expect(client.clips.get({ clipId: 99 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('labelling', () => {
  it('tells what changed, and undo reaches classes too', async () => {
    const { client, events } = engine();
    const {
      id,
      classes: [dog],
    } = await client.schemas.create({ name: 'S', classes: ['dog'] });
    const set = await client.annotations.set({ clipIds: [1, 2], classId: dog?.id as number });
    expect(set).toMatchObject({ changed: 2, undo: { undoText: 'Label 2 clips dog' } });
    const label = { classId: dog!.id, value: 'positive', presence: null };
    expect(events.at(-1)).toEqual({
      type: 'annotationsChanged',
      clipIds: [1, 2],
      undo: set.undo,
      step: {
        step: set.step,
        source: 'human',
        at: expect.any(String),
        entries: [1, 2].map((clipId) => ({
          clipId,
          classId: dog!.id,
          before: null,
          after: 'positive',
          presence: null,
        })),
        clips: [1, 2].map((clipId) => ({ clipId, labels: [label] })),
      },
    });
    const told = events.length;
    await client.annotations.set({ clipIds: [1, 2], classId: dog?.id as number });
    expect(events).toHaveLength(told);
    await client.schemas.removeClass({ classId: dog?.id as number });
    expect(events.slice(told)).toMatchObject([
      { type: 'schemasChanged' },
      { type: 'annotationsChanged', clipIds: null },
    ]);
    const taken = await client.annotations.undo();
    expect([taken.text, taken.clipIds.toSorted()]).toEqual(['Delete class dog', [1, 2]]);
    expect(taken.undo.redoText).toBe(taken.text);
    expect((await client.schemas.list())[0]).toMatchObject({ id, classes: [{ name: 'dog', count: 2 }] });
    expect((await client.clips.facets({ schemaId: id })).classes).toEqual([{ value: dog?.id, count: 2 }]);
    expect((await client.annotations.history({ clipId: 1 })).map(({ after, undone }) => [after, undone])).toEqual([
      [null, true],
      ['positive', false],
    ]);
    await expect(client.annotations.set({ clipIds: [], classId: 1 })).rejects.toThrow();
  });

  it('in and out by file, with a dry run that changes nothing', async () => {
    const { client, events } = engine();
    const file = path.join(newFolder(), 'in.csv');
    writeFileSync(file, 'path,label\nclip 1.mp4,dog\nclip 9.mp4,dog\n');
    const input = { path: file, format: 'csv' as const };
    const dry = await client.annotations.import({ ...input, dryRun: true });
    expect(dry).toEqual({
      annotations: 1,
      matchedClips: 1,
      newClasses: ['dog'],
      replaced: 0,
      classes: [{ schema: 'in', name: 'dog', isNew: true, annotations: 1 }],
      sample: [{ line: 2, path: 'clip 1.mp4', label: 'dog', clips: ['clip 1.mp4'] }],
      unmatched: [{ line: 3, reason: 'no file of the collection is called clip 9.mp4' }],
      written: false,
    });
    expect(events).toEqual([]);
    expect(await client.annotations.import(input)).toEqual({ ...dry, written: true });
    expect(events.map(({ type }) => type)).toEqual(['schemasChanged', 'annotationsChanged']);
    expect(await client.annotations.export({ path: `${file}.out`, format: 'jsonl' })).toEqual({
      files: [`${file}.out`],
      annotations: 1,
    });
  });
});

describe('jobs', () => {
  it('are listed, looked at and steered', async () => {
    const { client, context } = engine();
    context.jobs.register('export', {
      lane: 'io',
      run: ({ itemFailed }) => {
        itemFailed({ path: '/x', code: 'DECODE_FAILED', message: 'broken' });
        return Promise.resolve({ files: [] });
      },
    });
    const jobId = context.jobs.add('export', 'Export', {
      what: 'embeddings',
      path: '/x',
      format: 'npy',
      spaces: ['joint'],
    });
    expect(await client.jobs.pause({ jobId })).toMatchObject({ status: 'paused' });
    expect(await client.jobs.list({ active: true })).toMatchObject([{ id: jobId, title: 'Export' }]);
    expect(await client.jobs.resume({ jobId })).toMatchObject({ status: 'queued' });
    context.jobs.start();
    await context.jobs.settled(jobId);
    expect(await client.jobs.get({ jobId })).toMatchObject({
      status: 'done',
      failures: 1,
      items: [{ path: '/x', code: 'DECODE_FAILED' }],
      result: { files: [] },
    });
    expect(await client.jobs.list({ active: true })).toEqual([]);
    await client.jobs.retry({ jobId });
    expect((await context.jobs.settled(jobId)).failures).toBe(1);
    // It may have ended while the wish to stop it was on its way.
    expect(await client.jobs.cancel({ jobId })).toMatchObject({ id: jobId, status: 'done' });
    await expect(client.jobs.cancel({ jobId: 99 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(client.jobs.get({ jobId: 99 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
