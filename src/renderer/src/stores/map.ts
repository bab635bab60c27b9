// The map's data: which projection is shown, where its points are, and the columns that colour them.
import { useLocalStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, triggerRef } from 'vue';
import type { LabelStep } from '../../../shared/contract/annotation.ts';
import type { ColumnName } from '../../../shared/contract/clip.ts';
import type { Projection, Space } from '../../../shared/contract/model.ts';
import { projectionUrl } from '../../../shared/wire/urls.ts';
import { client } from '../engine/client.ts';
import { failureFrom } from '../engine/failure.ts';
import type { Failure } from '../engine/failure.ts';
import { inOrder } from '../../../shared/async/inOrder.ts';
import { latest } from '../../../shared/async/latest.ts';
import { fetchSafetensors } from '../engine/safetensorsFetch.ts';
import { useClassifiers } from './classifiers.ts';
import { useSchemas } from './schemas.ts';

/** Positions as drawn: x and y scaled together into [-1, 1]. */
export interface MapPoints {
  projectionId: number;
  clipIds: Int32Array;
  x: Float32Array;
  y: Float32Array;
}
export interface MapOptions {
  space: Space;
  neighbors: number;
  minDist: number;
  seed: number;
  supervisedBySchemaId?: number;
}

/** Splits interleaved positions and fits them into [-1, 1] with one scale, so that distances keep their proportions. */
export function fitted(projectionId: number, clipIds: Int32Array, xy: Float32Array): MapPoints {
  const n = clipIds.length;
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    left = Math.min(left, xy[2 * i]!);
    right = Math.max(right, xy[2 * i]!);
    low = Math.min(low, xy[2 * i + 1]!);
    high = Math.max(high, xy[2 * i + 1]!);
  }
  const half = Math.max(right - left, high - low, 1e-6) / 2 / 0.94;
  const [cx, cy] = [(left + right) / 2, (low + high) / 2];
  const x = new Float32Array(n);
  const y = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    x[i] = (xy[2 * i]! - cx) / half;
    y[i] = (xy[2 * i + 1]! - cy) / half;
  }
  return { projectionId, clipIds, x, y };
}

export const useMap = defineStore('map', () => {
  const schemas = useSchemas();
  const classifiers = useClassifiers();
  const projections = shallowRef<Projection[]>([]);
  const projectionId = ref<number | null>(null);
  const points = shallowRef<MapPoints | null>(null);
  const settling = ref<{ epoch: number; epochs: number } | null>(null);
  const loading = ref(false);
  const loaded = ref(false);
  const failure = shallowRef<Failure | null>(null);
  const colourBy = useLocalStorage<ColumnName>('studio.map.colourBy', 'label');
  const column = shallowRef<Map<number, number | string | null>>(new Map());
  const columnOf = ref<ColumnName | null>(null);
  /** The colour was chosen since the window was opened, not kept from before. */
  let chosenHere = false;
  /** Maps up to this one were there or were shown: one begun later, by an import or in another window, is shown when it first moves, whenever the list came to know it. */
  let newest = 0;
  /** The map shown last of each embedding set, so that a change of the model and back shows it again. */
  const shownOf = new Map<number, number>();
  function choose(id: number): void {
    projectionId.value = id;
    const setId = projections.value.find((one) => one.id === id)?.setId;
    if (setId !== undefined) shownOf.set(setId, id);
    newest = Math.max(newest, id);
  }
  const projection = computed<Projection | null>(
    () => projections.value.find((one) => one.id === projectionId.value) ?? null,
  );

  /** Maps of the current model, newest first. */
  const own = computed<Projection[]>(() =>
    projections.value.filter(({ current }) => current !== false).sort((a, b) => b.id - a.id),
  );

  const readPoints = inOrder(
    async (id: number) => {
      const { tensors } = await fetchSafetensors(projectionUrl(id));
      return fitted(id, tensors.clipIds!.data as Int32Array, tensors.xy!.data as Float32Array);
    },
    (read) => {
      if (read.projectionId !== projectionId.value) return;
      failure.value = null;
      // A map that has just been started has no points yet: its first `projectionMoved` brings them.
      if (read.clipIds.length > 0) points.value = read;
    },
  );
  const readList = inOrder(
    () => client.projections.list(),
    (answer) => {
      projections.value = answer;
    },
  );
  async function refreshPoints(): Promise<void> {
    if (projectionId.value === null) {
      points.value = null;
      return;
    }
    try {
      await readPoints(projectionId.value);
    } catch (error) {
      const told = failureFrom(error);
      // A map that was replaced meanwhile is not there any more; the list, which is asked anew then, shows the next.
      if (told.code !== 'NOT_FOUND' || projection.value?.settled) failure.value = told;
    }
  }
  /** Lists projections. Where none, a vanished one or one of another model is shown, shows the current model's: the one shown last, else the newest joint one. */
  async function refresh(): Promise<void> {
    loading.value = true;
    try {
      await readList();
      if (!projection.value || projection.value.current === false) {
        const latestFirst = own.value;
        const before = latestFirst.find(({ id, setId }) => shownOf.get(setId) === id);
        projectionId.value = (before ?? latestFirst.find((one) => one.space === 'joint') ?? latestFirst[0])?.id ?? null;
        newest = Math.max(newest, ...projections.value.map(({ id }) => id));
        settling.value = null;
      }
      await refreshPoints();
      loaded.value = true;
    } catch (error) {
      failure.value = failureFrom(error);
    } finally {
      loading.value = false;
    }
  }
  async function show(id: number): Promise<void> {
    choose(id);
    settling.value = null;
    await refreshPoints();
  }
  const askColumn = latest(async (name: ColumnName) =>
    client.clips.columns({
      names: [name],
      ...(schemas.active ? { schemaId: schemas.active.id } : {}),
      ...(classifiers.current ? { classifierId: classifiers.current.id } : {}),
    }),
  );
  async function refreshColumn(): Promise<void> {
    const name = colourBy.value;
    try {
      const answer = await askColumn(name);
      if (!answer) return;
      const values = answer.columns[name] ?? [];
      column.value = new Map(answer.clipIds.map((clipId, i) => [clipId, values[i] ?? null]));
      columnOf.value = name;
      // Kept from another workspace: here nothing is known of it, and every clip would be grey.
      const unknown = !chosenHere && name !== 'label' && values.every((value) => value === null);
      if (unknown && answer.clipIds.length > 0) return await colour('label');
    } catch (error) {
      failure.value = failureFrom(error);
    }
  }
  /** Takes a step of the journal into the column of labels. */
  function patchLabels({ clips }: LabelStep): void {
    if (columnOf.value !== 'label') return;
    const own = new Set(schemas.active?.classes.map(({ id }) => id));
    for (const { clipId, labels } of clips) {
      const positive = labels.flatMap(({ classId, value }) =>
        value === 'positive' && own.has(classId) ? classId : [],
      );
      column.value.set(clipId, positive.length ? Math.min(...positive) : null);
    }
    // In place: copying a map of 100,000 clips takes longer than the key may.
    triggerRef(column);
  }
  /** What the map was coloured by before a training's predictions took over; null where they did not, or a person chose since. */
  const colourBefore = ref<ColumnName | null>(null);
  /** Call when a training that a person started has predicted: its predictions colour the map. */
  async function showPredictions(): Promise<void> {
    if (colourBy.value === 'prediction') return;
    const before = colourBy.value;
    await colour('prediction');
    colourBefore.value = before;
  }
  async function colour(name: ColumnName): Promise<void> {
    colourBefore.value = null;
    chosenHere = true;
    colourBy.value = name;
    await refreshColumn();
  }
  /** The last movement that was told of each map, counted: while the list is read, later ones may be told. */
  const movements = new Map<number, number>();
  async function moved(id: number, epoch: number, epochs: number, settled: boolean): Promise<void> {
    const mine = (movements.get(id) ?? 0) + 1;
    movements.set(id, mine);
    if (!projections.value.some((one) => one.id === id)) await readList();
    if (mine < movements.get(id)!) return;
    // A map that goes with another belongs to the panel that asked for it.
    if (id > newest && own.value.some((one) => one.id === id && one.alignedTo === null)) choose(id);
    if (id !== projectionId.value) return;
    settling.value = settled ? null : { epoch, epochs };
    await refreshPoints();
    if (settled) await readList();
  }
  /** Starts a new map and shows it as it settles. Resolves to its job. */
  async function compute(options: MapOptions): Promise<{ jobId: number }> {
    const { jobId, projectionId: id } = await client.projections.start(options);
    await readList();
    choose(id);
    // It may have moved, or even settled, before this was known.
    if (!movements.has(id)) settling.value = { epoch: 0, epochs: 0 };
    return { jobId };
  }
  /** Call when a job that drew a map ended without finishing it: the engine keeps its last picture, or no map at all. */
  async function stopped(): Promise<void> {
    settling.value = null;
    await refresh();
  }
  /** Forgets a map; where it was the one shown, the newest takes its place. */
  async function remove(id: number): Promise<void> {
    await client.projections.remove({ projectionId: id });
    await refresh();
  }
  return {
    projections,
    own,
    projectionId,
    projection,
    points,
    settling,
    loading,
    loaded,
    failure,
    colourBy,
    column,
    columnOf,
    refresh,
    refreshPoints,
    show,
    colour,
    refreshColumn,
    patchLabels,
    colourBefore,
    showPredictions,
    moved,
    compute,
    stopped,
    remove,
  };
});
