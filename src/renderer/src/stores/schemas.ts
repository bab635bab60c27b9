// Label schemas and their classes: the active one decides hotkeys, chips and colours.
import { useLocalStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { LabelClass, LabelSchema, LabelStep } from '../../../shared/contract/annotation.ts';
import { client } from '../engine/client.ts';
import { inOrder } from '../../../shared/async/inOrder.ts';
import { classDeltas } from './labelDeltas.ts';
import { useUndo } from './undo.ts';

/** Keys with another meaning in the window: they are never offered as hotkeys. */
export const reservedKeys = new Set(['j', 'k', 'u', '?', '/', ' ', '0']);
const offered = '123456789qwertasdfgzxcvbnmiopyhl';

/** The first hotkey that no class of the schema uses yet, or `null` when all are taken. */
export const nextHotkey = (classes: readonly LabelClass[]): string | null =>
  [...offered].find((key) => !classes.some((c) => c.hotkey === key)) ?? null;

export const useSchemas = defineStore('schemas', () => {
  const list = shallowRef<LabelSchema[]>([]);
  const loaded = ref(false);
  /**
   * The engine told of changes that `list` does not show yet: a schema in it may be gone. Questions about one wait for
   * the list.
   */
  const stale = ref(false);
  let changes = 0;
  const activeId = useLocalStorage<number | null>('studio.schema', null, {
    serializer: { read: (text) => (Number(text) > 0 ? Number(text) : null), write: String },
  });

  const active = computed<LabelSchema | null>(
    () => list.value.find((schema) => schema.id === activeId.value) ?? list.value[0] ?? null,
  );
  const classes = computed<readonly LabelClass[]>(() => active.value?.classes ?? []);
  const classById = computed(
    () => new Map(list.value.flatMap((schema) => schema.classes.map((c) => [c.id, c] as const))),
  );
  const classByHotkey = computed(
    () => new Map(classes.value.flatMap((c) => (c.hotkey ? [[c.hotkey.toLowerCase(), c] as const] : []))),
  );

  const refresh = inOrder(
    async () => ({ known: changes, answer: await client.schemas.list() }),
    ({ known, answer }) => {
      [list.value, loaded.value] = [answer, true];
      if (known === changes) stale.value = false;
    },
  );
  /** Called when the engine tells of a change; `refresh` is to follow. */
  function outdate(): void {
    changes++;
    stale.value = true;
  }
  /** Takes a step of the journal into the counts of the classes. */
  function patch(step: LabelStep): void {
    const deltas = classDeltas(step);
    if (deltas.size === 0) return;
    list.value = list.value.map((schema) =>
      schema.classes.some((c) => deltas.has(c.id))
        ? { ...schema, classes: schema.classes.map((c) => ({ ...c, count: c.count + (deltas.get(c.id) ?? 0) })) }
        : schema,
    );
  }
  // Undo may take a schema away: nothing is to be asked about one from before the engine does it until the list is read
  // again.
  watch(
    () => useUndo().stepping,
    (now) => {
      if (now) outdate();
      else void refresh().catch(() => undefined);
    },
    { flush: 'sync' },
  );
  /**
   * Every change of a schema is a step of the engine's journal: undo must meet it in the order of what was done in the
   * window.
   */
  const then = <T>(text: string, work: () => Promise<T>): Promise<T> => {
    const undo = useUndo();
    return undo.serialised(async () => {
      const answer = await work();
      undo.pushAnnotation(text);
      await refresh();
      return answer;
    });
  };
  const named = (classId: number): string => classById.value.get(classId)?.name ?? 'class';
  function use(schemaId: number): void {
    activeId.value = schemaId;
  }
  async function create(input: { name: string; multiLabel: boolean; classes: string[] }): Promise<LabelSchema> {
    const schema = await then(`create schema ${input.name}`, () => client.schemas.create(input));
    use(schema.id);
    return schema;
  }
  const update = (input: { schemaId: number; name?: string; multiLabel?: boolean }): Promise<LabelSchema> =>
    then('change schema', () => client.schemas.update(input));
  const remove = (schemaId: number): Promise<unknown> =>
    then('delete schema', () => client.schemas.remove({ schemaId }));
  function addClass(name: string): Promise<LabelClass> {
    const schemaId = active.value?.id;
    if (schemaId === undefined) throw new Error('there is no schema to add a class to');
    return then(`add class ${name}`, () => {
      // By the classes that stand there when its turn comes: one added just before has taken a key.
      const hotkey = nextHotkey(list.value.find(({ id }) => id === schemaId)?.classes ?? []);
      return client.schemas.addClass({ schemaId, name, ...(hotkey ? { hotkey } : {}) });
    });
  }
  const updateClass = (input: {
    classId: number;
    name?: string;
    colour?: string;
    hotkey?: string | null;
  }): Promise<LabelClass> => then(`change class ${named(input.classId)}`, () => client.schemas.updateClass(input));
  const removeClass = (classId: number): Promise<unknown> =>
    then(`delete class ${named(classId)}`, () => client.schemas.removeClass({ classId }));
  const mergeClass = (classId: number, intoClassId: number): Promise<unknown> =>
    then(`merge ${named(classId)} into ${named(intoClassId)}`, () =>
      client.schemas.mergeClass({ classId, intoClassId }),
    );
  return {
    list,
    loaded,
    stale,
    active,
    activeId,
    classes,
    classById,
    classByHotkey,
    refresh,
    outdate,
    patch,
    use,
    create,
    update,
    remove,
    addClass,
    updateClass,
    removeClass,
    mergeClass,
  };
});
