// The workspace's columns of metadata, which filters, colours and tables are made of.
import { useDebounceFn } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { ColumnName } from '../../../../shared/contract/clip.ts';
import type { MetadataColumn } from '../../../../shared/contract/metadata.ts';
import { client } from '../../engine/client.ts';
import { failureFrom, type Failure } from '../../engine/failure.ts';
import { latest } from '../../../../shared/async/latest.ts';
import { onEngineEvent } from '../eventRouter.ts';

/** Something to colour by or to draw as a histogram: a column, or what follows from the time. */
export interface MetadataChoice {
  name: ColumnName;
  title: string;
  /** A quantity, not a category. */
  scale: boolean;
}

/** `recorded_at` as people read it. */
export const columnTitle = (key: string): string => {
  const words = key.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export const useMetadata = defineStore('metadata', () => {
  const columns = shallowRef<MetadataColumn[]>([]);
  const loaded = shallowRef(false);
  const failure = shallowRef<Failure | null>(null);
  /** Counts up with every change, for those who show values. */
  const version = shallowRef(0);
  const ask = latest(() => client.metadata.columns({}));

  async function refresh(): Promise<void> {
    try {
      columns.value = (await ask()) ?? columns.value;
      [loaded.value, failure.value] = [true, null];
      version.value++;
    } catch (error) {
      failure.value = failureFrom(error);
    }
  }
  const soon = useDebounceFn(() => void refresh(), 200, { maxWait: 1000 });
  onEngineEvent(({ type }) => {
    if (type === 'metadataChanged' || type === 'clipsChanged' || type === 'sourcesChanged') void soon();
    if (type === 'workspaceOpened') void refresh();
  });
  void refresh();

  const filled = computed(() => columns.value.filter((column) => column.filled > 0));
  const choices = computed<MetadataChoice[]>(() =>
    filled.value.flatMap(({ key, type }): MetadataChoice[] => {
      if (key === 'recorded_at')
        return [
          { name: 'metadata:time', title: 'Recorded at', scale: true },
          { name: 'metadata:hour', title: 'Hour of day', scale: true },
          { name: 'metadata:day', title: 'Day', scale: false },
          { name: 'metadata:month', title: 'Month', scale: false },
          { name: 'metadata:weekday', title: 'Weekday', scale: false },
        ];
      return [{ name: `metadata:${key}`, title: columnTitle(key), scale: type === 'number' }];
    }),
  );
  return { columns, filled, choices, loaded, failure, version, refresh };
});
