import { createRouterClient } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import { createEstimatesProcedures } from '../../../../../src/engine/procedures/estimates/estimates.ts';
import type { DetectorMetrics } from '../../../../../src/shared/contract/event.ts';
import { media } from '../../collection/openWorkspace.ts';
import { collectionContext } from '../collectionContext.ts';
import { addClassifier, scoredWorkspace, type Scored } from './scoredWorkspace.ts';

function open(recordings = 30) {
  const scored = scoredWorkspace(recordings);
  const { context, events } = collectionContext(scored.workspace);
  const client = createRouterClient(createEstimatesProcedures(context));
  return { ...scored, client, events };
}
type Opened = ReturnType<typeof open>;

const start = ({ client, classId, classifierId }: Opened, more: { by?: string; seed?: number } = {}) =>
  client.start({ classId, source: { kind: 'classifier', id: classifierId }, ...more });

/** Answers the next `count` clips as a person who knows would. */
async function auditMany(
  { client, truth }: Pick<Opened, 'client'> & Pick<Scored, 'truth'>,
  designId: number,
  count: number,
) {
  for (let left = count; left > 0;) {
    const { next } = await client.state({ designId, next: Math.min(left, 20) });
    if (next.length === 0) return;
    await client.answer({
      designId,
      answers: next.map(({ clipId }) => ({ clipId, answer: truth.get(clipId) ? 'yes' : 'no', presence: 'audible' })),
    });
    left -= next.length;
  }
}

describe('an audit', () => {
  it('draws a sample stratified by score, and estimates from its answers', async () => {
    const opened = open();
    const design = await start(opened);
    expect(design).toMatchObject({
      class: 'call',
      clips: 300,
      audited: 0,
      source: { kind: 'classifier', name: 'calls' },
    });
    expect(design.strata.length).toBeGreaterThan(1);
    await auditMany(opened, design.id, 80);
    const found = await opened.client.estimate({ classId: opened.classId });
    expect(found.basis).toBe('audits');
    expect(found.overall).toMatchObject({ clips: 300, audited: 80 });
    expect(found.overall.estimate).toBeCloseTo(0.1, 1);
    expect(found.overall.low).toBeLessThanOrEqual(0.1);
    expect(found.overall.high).toBeGreaterThanOrEqual(0.1);
    expect(found.overall.high - found.overall.low).toBeLessThan(0.15);
    expect(found.overall.hours).toBeCloseTo(0.5, 9);
    expect(found.overall.perHour!.estimate).toBeCloseTo(found.overall.estimate! * 600, 6);
    expect(found.notes).toEqual([]);
  });

  it('narrows with each answer and is exact once every clip is answered', async () => {
    const opened = open(6);
    const { id } = await start(opened);
    await auditMany(opened, id, 60);
    const { estimate, widths, next } = await opened.client.state({ designId: id });
    expect(estimate.overall).toMatchObject({ audited: 60, estimate: 0.1, low: 0.1, high: 0.1 });
    expect(next).toEqual([]);
    expect(widths.at(-1)).toEqual({ audited: 60, estimate: 0.1, low: 0.1, high: 0.1 });
    expect(widths[20]!.high - widths[20]!.low).toBeGreaterThan(widths[50]!.high - widths[50]!.low);
  });

  it('groups by a column, and says which groups have no audits instead of 0 ± 0', async () => {
    const opened = open();
    const { id } = await start(opened);
    const { rows, notes } = await opened.client.estimate({ classId: opened.classId, designId: id, by: 'site' });
    expect(
      rows.map(({ group, clips, audited, estimate, low, high }) => [group, clips, audited, estimate, low, high]),
    ).toEqual([
      ['north', 100, 0, null, 0, 1],
      ['south', 100, 0, null, 0, 1],
      [null, 100, 0, null, 0, 1],
    ]);
    expect(notes.join(' ')).toMatch(/3 of 3 groups have no audits/);
    await auditMany(opened, id, 120);
    const after = await opened.client.estimate({ classId: opened.classId, by: 'site' });
    for (const row of after.rows) {
      expect(row.audited).toBeGreaterThan(10);
      expect(row.low).toBeLessThanOrEqual(0.1);
      expect(row.high).toBeGreaterThanOrEqual(0.1);
    }
    await expect(opened.client.estimate({ classId: opened.classId, by: 'nonsense' })).rejects.toThrow(/no column/);
  });

  it('can be divided by a column, so that each value gets audits', async () => {
    const opened = open();
    const design = await start(opened, { by: 'site' });
    expect(new Set(design.strata.map(({ group }) => group))).toEqual(new Set(['north', 'south', null]));
    await auditMany(opened, design.id, 40);
    const { rows } = await opened.client.estimate({ classId: opened.classId, by: 'site' });
    expect(Math.min(...rows.map(({ audited }) => audited))).toBeGreaterThanOrEqual(8);
  });

  it('can be repeated by its seed', async () => {
    const opened = open();
    const queue = async (seed: number) =>
      (await opened.client.state({ designId: (await start(opened, { seed })).id })).next.map(({ clipId }) => clipId);
    expect(await queue(1)).toEqual(await queue(1));
    expect(await queue(2)).not.toEqual(await queue(1));
  });

  it('does not count labels that it did not draw', async () => {
    const opened = open();
    const { id } = await start(opened);
    await auditMany(opened, id, 60);
    const before = await opened.client.estimate({ classId: opened.classId });
    opened.workspace.annotations.set({
      clipIds: opened.workspace.clips.ids().filter((clipId) => opened.truth.get(clipId)),
      classId: opened.classId,
      value: 'positive',
    });
    expect((await opened.client.estimate({ classId: opened.classId })).overall).toEqual(before.overall);
  });

  it('counts an answer only once all clips drawn before it are answered', async () => {
    const opened = open();
    const { id } = await start(opened);
    const { next } = await opened.client.state({ designId: id, next: 60 });
    const stratum = next.filter((one) => one.stratum === next[0]!.stratum);
    await opened.client.answer({ designId: id, answers: [{ clipId: stratum[1]!.clipId, answer: 'yes' }] });
    const waiting = await opened.client.estimate({ classId: opened.classId });
    expect(waiting.overall.audited).toBe(0);
    expect(waiting.notes.join(' ')).toMatch(/1 answers count once/);
    await opened.client.answer({ designId: id, answers: [{ clipId: stratum[0]!.clipId, answer: 'no' }] });
    expect((await opened.client.estimate({ classId: opened.classId })).overall.audited).toBe(2);
  });

  it('is answered in steps that undo takes back, with labels in the same step where they are wanted', async () => {
    const opened = open();
    const { workspace, client, events } = opened;
    const { id } = await start(opened);
    const { next } = await client.state({ designId: id, next: 3 });
    const clipIds = next.map(({ clipId }) => clipId);
    workspace.annotations.set({ clipIds: [clipIds[1]!], classId: opened.otherId, value: 'positive' });
    await client.answer({
      designId: id,
      label: true,
      answers: [
        { clipId: clipIds[0]!, answer: 'yes', presence: 'audible' },
        { clipId: clipIds[1]!, answer: 'yes', presence: null },
        { clipId: clipIds[2]!, answer: 'unsure', presence: null },
      ],
    });
    const labelsOf = () =>
      workspace.annotations.ofClips(clipIds).map(({ labels }) => labels.map(({ classId, value }) => [classId, value]));
    expect(labelsOf()).toEqual([
      [[opened.classId, 'positive']],
      // A clip of a single-label schema keeps the class that it has.
      [[opened.otherId, 'positive']],
      [[opened.classId, 'uncertain']],
    ]);
    expect(events.map(({ type }) => type)).toContain('annotationsChanged');
    expect((await client.designs({}))[0]!.audited).toBe(3);
    expect(workspace.annotations.undo()).toMatchObject({ text: 'Audit 3 clips for call', audits: [id] });
    expect((await client.designs({}))[0]!.audited).toBe(0);
    expect(labelsOf()).toEqual([[], [[opened.otherId, 'positive']], []]);
    workspace.annotations.redo();
    expect((await client.designs({}))[0]!.audited).toBe(3);
    expect(workspace.check().problems).toEqual([]);
    // Answers can be changed and taken back one by one.
    await client.answer({ designId: id, answers: [{ clipId: clipIds[0]!, answer: null }] });
    expect((await client.designs({}))[0]!.audited).toBe(2);
  });

  it('tells heard from seen', async () => {
    const opened = open(3);
    const { id } = await start(opened);
    const { next } = await opened.client.state({ designId: id, next: 30 });
    const how = ['audible', 'visible', 'both'] as const;
    let n = 0;
    await opened.client.answer({
      designId: id,
      answers: next.map(({ clipId }) =>
        opened.truth.get(clipId)
          ? { clipId, answer: 'yes' as const, presence: how[n++]! }
          : { clipId, answer: 'no' as const },
      ),
    });
    const share = async (asked: 'any' | 'heard' | 'seen' | 'both') =>
      (await opened.client.estimate({ classId: opened.classId, asked })).overall.estimate;
    expect([await share('any'), await share('heard'), await share('seen'), await share('both')]).toEqual([
      3 / 30,
      2 / 30,
      2 / 30,
      1 / 30,
    ]);
  });

  it('stays valid when its classifier goes or a new one comes, and is told apart', async () => {
    const opened = open();
    const first = await start(opened);
    await auditMany(opened, first.id, 40);
    const before = (await opened.client.estimate({ classId: opened.classId })).overall;
    opened.workspace.classifiers.remove(opened.classifierId);
    const after = await opened.client.estimate({ classId: opened.classId });
    expect(after.overall).toEqual(before);
    expect(after.notes.join(' ')).toMatch(/was removed after this audit/);
    expect((await opened.client.state({ designId: first.id })).source).toBe('removed');

    const classifierId = addClassifier(opened.workspace, opened.schemaId, 'better');
    await expect(
      opened.client.start({ classId: opened.classId, source: { kind: 'classifier', id: classifierId } }),
    ).rejects.toThrow(/has not said anything of the clips/);
    const clipIds = opened.workspace.clips.ids();
    opened.workspace.classifiers.savePredictions(classifierId, clipIds, new Float32Array(clipIds.length * 2).fill(0.5));
    const second = await opened.client.start({
      classId: opened.classId,
      source: { kind: 'classifier', id: classifierId },
    });
    // Equal scores make one stratum; the audit with answers is the one that counts until this one has some.
    expect(second.strata).toEqual([{ low: 0, high: 1, group: null }]);
    expect((await opened.client.estimate({ classId: opened.classId })).design!.id).toBe(first.id);
    await auditMany(opened, second.id, 5);
    expect((await opened.client.estimate({ classId: opened.classId })).design!.id).toBe(second.id);
    expect((await opened.client.estimate({ classId: opened.classId, designId: first.id })).overall).toEqual(before);
  });

  it('leaves out clips that left the collection, and says that some came later', async () => {
    const opened = open();
    const { id } = await start(opened);
    await auditMany(opened, id, 40);
    opened.workspace.media.put(media('/media/set/late.mp4'));
    const { mediaId } = opened.workspace.metadata.rows(null).find((row) => row.path.includes('night'))!;
    opened.workspace.removeMedia([mediaId]);
    const { overall, notes } = await opened.client.estimate({ classId: opened.classId });
    expect(overall.clips).toBe(290);
    expect(notes.join(' ')).toMatch(/1 clips are not part of this audit/);
  });

  it('puts clips without a score into a stratum of their own', async () => {
    const opened = open(3);
    opened.workspace.media.put(media('/media/set/late.mp4'));
    const { strata, clips } = await start(opened);
    expect(clips).toBe(31);
    expect(strata.at(-1)).toEqual({ low: null, high: null, group: null });
  });

  it('divides clips by the most confident proposal of a detector in them, and tells when it was trained again', async () => {
    const opened = open(3);
    const { workspace, client, schemaId, classId, truth } = opened;
    const detector = {
      name: 'd',
      schemaId,
      mode: 'audio' as const,
      classes: [{ classId, name: 'call' }],
      seed: 1,
      metrics: {} as DetectorMetrics,
      file: '/nowhere',
      entrySeq: 0,
    };
    const detectorId = workspace.detectors.create(detector);
    const source = { kind: 'detector' as const, id: detectorId };
    await expect(client.start({ classId, source })).rejects.toThrow(/has proposed no event/);
    const { clipIds, mediaIds, startS } = workspace.clips.windows();
    workspace.detectors.propose(
      detectorId,
      [...new Set(mediaIds)],
      clipIds.flatMap((clipId, i) =>
        truth.get(clipId)
          ? [0.3, 0.8].map((confidence) => ({
              mediaId: mediaIds[i]!,
              classId,
              onsetS: startS[i]! + 1,
              offsetS: startS[i]! + 2,
              modality: 'heard' as const,
              confidence,
            }))
          : [],
      ),
    );
    const design = await client.start({ classId, source });
    expect(design.strata.map(({ high }) => high)).toEqual([0, 1]);
    const { strata } = await client.state({ designId: design.id });
    expect(strata.map(({ clips }) => clips)).toEqual([27, 3]);
    await auditMany(opened, design.id, 30);
    const { overall } = await client.estimate({ classId });
    expect(overall).toMatchObject({ estimate: 0.1, low: 0.1, high: 0.1, audited: 30 });
    workspace.detectors.replace(detectorId, { ...detector, entrySeq: 5 });
    expect((await client.state({ designId: design.id })).source).toBe('changed');
    expect((await client.estimate({ classId })).notes.join(' ')).toMatch(/was trained again/);
  });

  it('refuses a classifier that does not know the class', async () => {
    const opened = open(1);
    const other = opened.workspace.schemas.create({ name: 'other', classes: ['x'] }).classes[0]!;
    await expect(
      opened.client.start({ classId: other.id, source: { kind: 'classifier', id: opened.classifierId } }),
    ).rejects.toThrow(/was not trained for this class/);
    await expect(
      opened.client.start({ classId: opened.classId, source: { kind: 'classifier', id: 99 } }),
    ).rejects.toThrow(/no classifier 99/);
    await expect(opened.client.answer({ designId: 7, answers: [{ clipId: 1, answer: 'yes' }] })).rejects.toThrow(
      /no audit 7/,
    );
  });
});

describe('an estimate without audits', () => {
  it('gives the share among labels with bounds that hold whatever the other clips are', async () => {
    const opened = open(3);
    const { workspace, client, classId, otherId } = opened;
    const nothing = await client.estimate({ classId });
    expect(nothing).toMatchObject({ basis: 'labels', overall: { estimate: null, low: 0, high: 1, audited: 0 } });
    expect(nothing.notes.join(' ')).toMatch(/audit start --class "call"/);
    const clipIds = workspace.clips.ids();
    workspace.annotations.set({ clipIds: clipIds.slice(0, 3), classId, value: 'positive' });
    workspace.annotations.set({ clipIds: clipIds.slice(3, 6), classId: otherId, value: 'positive' });
    workspace.annotations.set({ clipIds: clipIds.slice(6, 9), classId, value: 'negative' });
    const { overall } = await client.estimate({ classId });
    expect(overall.estimate).toBeCloseTo(3 / 9, 9);
    expect(overall.low).toBeCloseTo(3 / 30, 9);
    expect(overall.high).toBeCloseTo(24 / 30, 9);
    const { rows } = await client.estimate({ classId, by: 'site' });
    expect(rows.map(({ group, estimate }) => [group, estimate])).toEqual([
      ['north', 3 / 9],
      ['south', null],
      [null, null],
    ]);
  });
});

describe('a time budget', () => {
  it('counts events and time by group, over the recordings that are marked completely', async () => {
    const { workspace, client } = open(6);
    const { id: schemaId, classes } = workspace.schemas.create({ name: 'e', multiLabel: true, classes: ['sing'] });
    const classId = classes[0]!.id;
    const mark = (mediaId: number, onsetS: number, offsetS: number, modality: 'heard' | 'seen') =>
      workspace.events.add([
        {
          mediaId,
          classId,
          onsetS,
          offsetS,
          modality,
          value: 'positive',
          lowHz: null,
          highHz: null,
          annotator: null,
          source: 'person',
        },
      ]);
    const mediaIds = workspace.metadata.rows(null).map(({ mediaId }) => mediaId);
    mark(mediaIds[0]!, 10, 20, 'heard');
    mark(mediaIds[0]!, 15, 25, 'seen');
    mark(mediaIds[3]!, 30, 36, 'heard');
    const open_ = await client.budget({ schemaId });
    expect(open_.notes.join(' ')).toMatch(/No recording is marked as complete/);
    expect(open_.rows[0]).toMatchObject({
      recordings: 6,
      events: 3,
      totalS: 21,
      occurs: 2,
      latencyS: 20,
      meanS: 26 / 3,
    });
    workspace.events.setComplete(mediaIds.slice(0, 4), schemaId, true);
    const { rows, notes } = await client.budget({ schemaId, by: 'site' });
    expect(notes.join(' ')).toMatch(/4 recordings/);
    expect(rows.map(({ group, recordings, events, totalS }) => [group, recordings, events, totalS])).toEqual([
      ['north', 2, 3, 21],
      ['south', 1, 0, 0],
      [null, 1, 0, 0],
    ]);
    expect(rows[0]!.perHour).toBeCloseTo(3 / (120 / 3600), 6);
    expect(rows[0]!.perHourLow).not.toBeNull();
    expect(rows[1]!.perHourLow).toBeNull();
    const heard = await client.budget({ classId, asked: 'heard' });
    expect(heard.rows[0]!.events).toBe(2);
  });
});
