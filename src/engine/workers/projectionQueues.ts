// The projection worker's answers about what to label next, and how labels would spread.
import { diverseClips } from '../exploration/queues/diverseClips.ts';
import { diversify } from '../exploration/neighbours/diversify.ts';
import { fuzzyGraph } from '../exploration/layout/fuzzyGraph.ts';
import { disagreements, mislabelled, rareCandidates } from '../exploration/queues/labelQueues.ts';
import { labelledRows, seedsOf, unlabelledRows, type LabelledClips } from '../exploration/queues/labelledClips.ts';
import { labelVotes, leading } from '../exploration/queues/labelVotes.ts';
import type { LoadedMatrix, MatrixCache } from '../exploration/neighbours/matrixCache.ts';
import type { MatrixFile } from '../exploration/neighbours/presentRows.ts';
import { propagateLabels } from '../exploration/queues/propagateLabels.ts';
import type { CallContext } from './channel.ts';

/**
 * Neighbours that queues and propagation look at: the graph of a map with default settings, which is then there
 * already.
 */
const graphNeighbours = 14;

interface ClassShare {
  classIndex: number;
  share: number;
}

const neighboursOf = ({ present }: LoadedMatrix): number => Math.max(1, Math.min(graphNeighbours, present.rows - 1));

export function projectionQueues(matrices: MatrixCache) {
  return {
    /** Far from all that is labelled, yet typical. */
    diverse: async (
      { matrix, labelled, limit }: { matrix: MatrixFile; labelled: LabelledClips; limit: number },
      { signal }: CallContext,
    ) => {
      const loaded = await matrices.get(matrix);
      const { present } = loaded;
      const { data, dim } = await loaded.reduced(signal);
      const graph = await loaded.neighbours(neighboursOf(loaded), signal);
      const chosen = await diverseClips(
        data,
        dim,
        graph,
        labelledRows(labelled, present).rows,
        unlabelledRows(labelled, present),
        limit,
        signal,
      );
      return chosen.map(({ row, score, typicality }) => ({ clipId: present.clipIds[row]!, score, typicality }));
    },

    /**
     * High in uncertainty and unlike each other. Uncertainties come from a classifier, or where there is none from
     * labelled neighbours.
     */
    uncertain: async (
      {
        matrix,
        labelled,
        uncertainties,
        limit,
      }: {
        matrix: MatrixFile;
        labelled: LabelledClips;
        uncertainties: { clipIds: Int32Array; values: Float32Array } | null;
        limit: number;
      },
      { signal }: CallContext,
    ) => {
      const loaded = await matrices.get(matrix);
      const { present } = loaded;
      const rows = unlabelledRows(labelled, present);
      const scored: { row: number; score: number }[] = [];
      if (uncertainties) {
        const free = new Set(rows);
        uncertainties.clipIds.forEach((clipId, i) => {
          const row = present.rowOf.get(clipId);
          if (row !== undefined && free.has(row)) scored.push({ row, score: uncertainties.values[i]! });
        });
      } else {
        const { data, dim } = await loaded.reduced(signal);
        const votes = await labelVotes(data, dim, rows, labelledRows(labelled, present), { signal });
        rows.forEach((row, i) => {
          if (votes.nearest[i] !== Infinity)
            scored.push({ row, score: 1 - margin(votes.shares, i, labelled.classCount) });
        });
      }
      return diversify(present.data, present.dim, scored, limit).map(({ row, score }) => ({
        clipId: present.clipIds[row]!,
        score,
      }));
    },

    /** The sound's labelled neighbours say one class, the picture's another. */
    disagreement: async (
      {
        audio,
        visual,
        labelled,
        limit,
      }: { audio: MatrixFile; visual: MatrixFile; labelled: LabelledClips; limit: number },
      { signal }: CallContext,
    ) => {
      const [heard, seen] = [await matrices.get(audio), await matrices.get(visual)];
      const spoken = new Set(labelled.clipIds);
      const clipIds = heard.present.clipIds.filter((clipId) => !spoken.has(clipId) && seen.present.rowOf.has(clipId));
      const votesIn = async (loaded: LoadedMatrix) => {
        const { data, dim } = await loaded.reduced(signal);
        return labelVotes(
          data,
          dim,
          clipIds.map((clipId) => loaded.present.rowOf.get(clipId)!),
          labelledRows(labelled, loaded.present),
          { signal },
        );
      };
      const found = disagreements(await votesIn(heard), await votesIn(seen), clipIds.length, labelled.classCount);
      return found.slice(0, limit).map(({ query, ...rest }) => ({ clipId: clipIds[query]!, ...rest }));
    },

    /** Labels that the labelled clips of other files contradict. */
    mislabelled: async (
      { matrix, labelled, limit }: { matrix: MatrixFile; labelled: LabelledClips; limit: number },
      { signal }: CallContext,
    ) => {
      const loaded = await matrices.get(matrix);
      const { data, dim } = await loaded.reduced(signal);
      const rows = labelledRows(labelled, loaded.present);
      const votes = await labelVotes(data, dim, rows.rows, rows, { queryGroups: rows.groups, signal });
      return mislabelled(votes, rows)
        .slice(0, limit)
        .map(({ query, ...rest }) => ({ clipId: loaded.present.clipIds[rows.rows[query]!]!, ...rest }));
    },

    /** Unlabelled clips near the labels of one class. */
    rare: async (
      {
        matrix,
        labelled,
        classIndex,
        limit,
      }: { matrix: MatrixFile; labelled: LabelledClips; classIndex: number; limit: number },
      { signal }: CallContext,
    ) => {
      const loaded = await matrices.get(matrix);
      const { data, dim } = await loaded.reduced(signal);
      const rows = labelledRows(labelled, loaded.present);
      const own = rows.classes.flatMap((classes, i) => (classes.includes(classIndex) ? [i] : []));
      const queries = unlabelledRows(labelled, loaded.present);
      const ofClass = {
        rows: Int32Array.from(own, (i) => rows.rows[i]!),
        classes: own.map((i) => rows.classes[i]!),
        groups: Int32Array.from(own, (i) => rows.groups[i]!),
        classCount: rows.classCount,
      };
      const { nearest } = await labelVotes(data, dim, queries, ofClass, { signal });
      const votes = await labelVotes(data, dim, queries, rows, { signal });
      const counts = Array.from(
        { length: rows.classCount },
        (_, c) => rows.classes.filter((classes) => classes.includes(c)).length,
      );
      return rareCandidates(votes, nearest, classIndex, counts)
        .slice(0, limit)
        .map(({ query, ...rest }) => ({ clipId: loaded.present.clipIds[queries[query]!]!, ...rest }));
    },

    /** The most likely class of clips without a label, most certain first. */
    propagate: async (
      {
        matrix,
        labelled,
        multiLabel,
        limit,
      }: { matrix: MatrixFile; labelled: LabelledClips; multiLabel: boolean; limit: number },
      { signal }: CallContext,
    ) => {
      const loaded = await matrices.get(matrix);
      const graph = fuzzyGraph(await loaded.neighbours(neighboursOf(loaded), signal));
      const chances = await propagateLabels(
        graph,
        seedsOf(labelled, loaded.present),
        labelled.classCount,
        multiLabel,
        signal,
      );
      const found: ({ clipId: number } & ClassShare)[] = [];
      for (const row of unlabelledRows(labelled, loaded.present)) {
        const top = leading(chances, row, labelled.classCount);
        if (top.share > 0) found.push({ clipId: loaded.present.clipIds[row]!, ...top });
      }
      return found.sort((p, q) => q.share - p.share || p.clipId - q.clipId).slice(0, limit);
    },
  };
}

/** Share of the leading class less the runner-up's. */
function margin(shares: Float32Array, row: number, classCount: number): number {
  let first = 0,
    second = 0;
  for (let c = 0; c < classCount; c++) {
    const share = shares[row * classCount + c]!;
    if (share > first) [first, second] = [share, first];
    else if (share > second) second = share;
  }
  return first - second;
}
