// A table on its way in: chosen, its columns mapped, looked at as a dry run after every change, then written as one step.
import { reactive, ref, shallowRef } from 'vue';
import type { MetadataImportReport, MetadataTable, MetadataType } from '../../../../shared/contract/metadata.ts';
import { latest } from '../../../../shared/async/latest.ts';
import { client } from '../../engine/client.ts';
import { failureFrom } from '../../engine/failure.ts';
import { useMetadataSteps } from './useMetadataSteps.ts';

/** Beyond this many columns none is chosen at first: a person names those that are wanted. */
const mostChosen = 50;

export interface TableForm {
  path: string | null;
  key: string | null;
  zone: string | null;
  dates: 'guess' | 'day-first' | 'month-first';
  replace: boolean;
  /** Columns of the table that are taken, with where they go. */
  columns: Record<string, { column: string; type?: MetadataType }>;
}
const empty = (): TableForm => ({ path: null, key: null, zone: null, dates: 'guess', replace: false, columns: {} });

/** What the engine is asked for. */
const wishOf = (form: TableForm, dryRun: boolean) => ({
  path: form.path!,
  replace: form.replace,
  dryRun,
  columns: form.columns,
  ...(form.key === null ? {} : { key: form.key }),
  ...(form.zone === null ? {} : { zone: form.zone }),
  ...(form.dates === 'guess' ? {} : { dayFirst: form.dates === 'day-first' }),
});

export function useTableImport() {
  const { step } = useMetadataSteps();
  const form = reactive<TableForm>(empty());
  const table = shallowRef<MetadataTable | null>(null);
  const report = shallowRef<MetadataImportReport | null>(null);
  const problem = ref<string | null>(null);
  const busy = ref(false);
  const ask = latest(() => client.metadata.import(wishOf(form, true)));

  function fail(error: unknown): void {
    const { message, hint } = failureFrom(error);
    problem.value = hint ? `${message}. ${hint}` : message;
  }
  async function preview(): Promise<void> {
    [report.value, problem.value] = [null, null];
    if (!form.path || Object.keys(form.columns).length === 0) return;
    try {
      report.value = (await ask()) ?? report.value;
    } catch (error) {
      fail(error);
    }
  }
  async function choose(path: string): Promise<void> {
    Object.assign(form, empty(), { path });
    [table.value, report.value, problem.value] = [null, null, null];
    try {
      const read = await client.metadata.inspect({ path });
      table.value = read;
      form.key = read.key ?? read.columns[0] ?? null;
      const rest = read.columns.filter((name) => name !== '' && name !== form.key);
      form.columns =
        rest.length > mostChosen
          ? {}
          : Object.fromEntries(rest.map((name) => [name, { column: read.targets[name] ?? name }]));
      await preview();
    } catch (error) {
      fail(error);
    }
  }
  async function write(): Promise<boolean> {
    busy.value = true;
    const written = await step('import metadata', () => client.metadata.import(wishOf(form, false)));
    busy.value = false;
    return written;
  }
  function reset(): void {
    Object.assign(form, empty());
    [table.value, report.value, problem.value] = [null, null, null];
  }
  return { form, table, report, problem, busy, choose, preview, write, reset };
}
