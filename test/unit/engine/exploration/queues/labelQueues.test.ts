import { describe, expect, it } from 'vitest';
import { diverseClips } from '../../../../../src/engine/exploration/queues/diverseClips.ts';
import { diversify } from '../../../../../src/engine/exploration/neighbours/diversify.ts';
import {
  disagreements,
  mislabelled,
  rareCandidates,
} from '../../../../../src/engine/exploration/queues/labelQueues.ts';
import {
  labelledRows,
  unlabelledRows,
  type LabelledClips,
} from '../../../../../src/engine/exploration/queues/labelledClips.ts';
import { labelVotes, type LabelledRows } from '../../../../../src/engine/exploration/queues/labelVotes.ts';
import { neighbourGraph } from '../../../../../src/engine/exploration/neighbours/neighbourGraph.ts';
import { presentRows } from '../../../../../src/engine/exploration/neighbours/presentRows.ts';
import { gaussianClusters } from '../gaussianClusters.ts';

const clusters = 4;
const { data, rows, dim, labels } = gaussianClusters({ rows: 400, dim: 6, clusters, apart: 5 });
const all = Int32Array.from({ length: rows }, (_, i) => i);

/** The first `count` rows labelled with their cluster; one file per `perFile` clips. */
const labelledFirst = (count: number, classOf = (row: number) => labels[row]!, perFile = 1): LabelledRows => ({
  rows: all.slice(0, count),
  classes: Array.from({ length: count }, (_, row) => [classOf(row)]),
  groups: Int32Array.from({ length: count }, (_, row) => Math.floor(row / perFile)),
  classCount: clusters,
});

describe('labelledClips', () => {
  it('gathers statements by row and keeps negatives out of the positives', () => {
    const present = presentRows(data.slice(0, 4 * dim), dim, Int32Array.of(10, 20, 30, 40));
    const said: LabelledClips = {
      clipIds: Int32Array.of(30, 10, 30, 20, 99),
      classIndexes: Int32Array.of(1, 0, 2, 1, 0),
      mediaIds: Int32Array.of(5, 4, 5, 4, 9),
      positive: Uint8Array.of(1, 1, 1, 0, 1),
      classCount: 3,
    };
    expect(labelledRows(said, present)).toEqual({
      rows: Int32Array.of(0, 2),
      classes: [[0], [1, 2]],
      groups: Int32Array.of(4, 5),
      classCount: 3,
    });
    expect(Array.from(unlabelledRows(said, present))).toEqual([3]);
  });
});

describe('labelVotes', () => {
  it('recognises the cluster from a few labels, without asking the clip itself', async () => {
    const labelled = labelledFirst(40);
    const { shares, nearest } = await labelVotes(data, dim, all, labelled);
    for (let row = 0; row < rows; row++) expect(shares[row * clusters + labels[row]!]).toBeGreaterThan(0.6);
    expect(nearest[0]).toBeGreaterThan(0);
  });

  it('strikes out voters of the same source', async () => {
    const labelled = labelledFirst(8, (row) => labels[row]!, 8);
    const { nearest } = await labelVotes(data, dim, labelled.rows, labelled, { queryGroups: labelled.groups });
    expect(Array.from(nearest).every((distance) => distance === Infinity)).toBe(true);
  });
});

describe('diverseClips', () => {
  it('begins with one clip of each cluster, none of them outlying', async () => {
    const graph = await neighbourGraph(data, rows, dim, 10);
    const chosen = await diverseClips(data, dim, graph, new Int32Array(0), all, clusters);
    expect(new Set(chosen.map(({ row }) => labels[row])).size).toBe(clusters);
    for (const { typicality } of chosen) expect(typicality).toBeGreaterThan(0.3);
  });

  it('turns to clusters without labels', async () => {
    const graph = await neighbourGraph(data, rows, dim, 10);
    const covered = all.filter((row) => labels[row] !== 2).slice(0, 60);
    const [first] = await diverseClips(
      data,
      dim,
      graph,
      covered,
      all.filter((row) => !covered.includes(row)),
      1,
    );
    expect(labels[first!.row]).toBe(2);
  });
});

describe('diversify', () => {
  it('prefers another region to a twin of what is chosen', () => {
    const unit = Float32Array.of(1, 0, 1, 0, 0, 1);
    const scored = [
      { row: 0, score: 0.9 },
      { row: 1, score: 0.88 },
      { row: 2, score: 0.7 },
    ];
    expect(diversify(unit, 2, scored, 2).map(({ row }) => row)).toEqual([0, 2]);
    expect(diversify(unit, 2, scored, 2, 1).map(({ row }) => row)).toEqual([0, 1]);
  });
});

describe('label queues', () => {
  it('finds labels that were swapped', async () => {
    const wrong = new Set([3, 17, 42]);
    const labelled = labelledFirst(100, (row) => (wrong.has(row) ? (labels[row]! + 1) % clusters : labels[row]!));
    const found = mislabelled(
      await labelVotes(data, dim, labelled.rows, labelled, { queryGroups: labelled.groups }),
      labelled,
    );
    expect(new Set(found.slice(0, 3).map(({ query }) => query))).toEqual(wrong);
    expect(found[0]!.suggested.classIndex).toBe(labels[found[0]!.query]);
  });

  it('finds clips whose sound and picture point to different classes, and no others', async () => {
    const labelled = labelledFirst(40);
    const queries = all.slice(40);
    const crossed = data.slice();
    crossed.copyWithin(50 * dim, 51 * dim, 52 * dim);
    const [audio, visual] = [
      await labelVotes(data, dim, queries, labelled),
      await labelVotes(crossed, dim, queries, labelled),
    ];
    const found = disagreements(audio, visual, queries.length, clusters);
    expect(found.map(({ query }) => queries[query])).toEqual([50]);
    expect([found[0]!.audio.classIndex, found[0]!.visual.classIndex]).toEqual([labels[50], labels[51]]);
    expect(found[0]!.score).toBeGreaterThan(0.5);
  });

  it('brings clips of a rare class first', async () => {
    const labelled: LabelledRows = {
      rows: Int32Array.of(0, 1, 5, 9, 13, 2, 6, 3),
      classes: [[0], [1], [1], [1], [1], [2], [2], [3]],
      groups: new Int32Array(8),
      classCount: clusters,
    };
    const queries = all.slice(20);
    const { nearest } = await labelVotes(data, dim, queries, {
      ...labelled,
      rows: Int32Array.of(3),
      classes: [[3]],
      groups: new Int32Array(1),
    });
    const found = rareCandidates(await labelVotes(data, dim, queries, labelled), nearest, 3, [1, 4, 2, 1]);
    for (const { query } of found.slice(0, 60)) expect(labels[queries[query]!]).toBe(3);
  });
});
