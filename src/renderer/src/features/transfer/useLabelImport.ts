// One label file on its way in: what it is, which column holds what, what would come of it, and the import itself.
import { computed, ref, shallowRef } from 'vue';
import type { LabelField, LabelFileFacts, LabelFormat, LabelImportReport } from '../../../../shared/contract/annotation.ts';
import { client } from '../../engine/client.ts';
import { failureFrom, failureText } from '../../engine/failure.ts';
import { latest } from '../../engine/latest.ts';
import { useSchemas } from '../../stores/schemas.ts';
import { fieldTexts, formatText } from './labelFormatTexts.ts';

export function useLabelImport() {
  const schemas = useSchemas();
  const path = ref<string | null>(null);
  const facts = shallowRef<LabelFileFacts | null>(null);
  const format = ref<LabelFormat>('csv');
  const columns = ref<Partial<Record<LabelField, string>>>({});
  /** Null: by the file's own schema names, or a new one named after the file. */
  const schemaId = ref<number | null>(null);
  const report = shallowRef<LabelImportReport | null>(null);
  const problem = ref<string | null>(null);
  const busy = ref(false);

  const isTable = computed(() => format.value === 'csv' && facts.value?.header !== null);
  const unread = computed(() => (facts.value && !formatText(format.value).reads ? `${formatText(format.value).label} files can be written, not read.` : null));
  const lacking = computed(() => (isTable.value ? fieldTexts.filter(({ field, needed }) => needed && !columns.value[field]).map(({ label }) => label.toLowerCase()) : []));
  const request = (dryRun: boolean) => ({
    path: path.value!, format: format.value, dryRun, ...(schemaId.value === null ? {} : { schemaId: schemaId.value }), ...(isTable.value ? { columns: columns.value as Record<string, string> } : {}),
  });
  const ask = latest(() => client.annotations.import(request(true)));

  /** Looks at a chosen file and, where enough is known, at what would come of it. */
  async function choose(chosen: string): Promise<void> {
    [path.value, facts.value, report.value, problem.value] = [chosen, null, null, null];
    try {
      const found = await client.annotations.inspect({ path: chosen });
      [facts.value, format.value, columns.value] = [found, found.format, { ...found.columns }];
      await preview();
    } catch (error) {
      problem.value = failureText(failureFrom(error));
    }
  }
  /** What an import with the present choices would do. */
  async function preview(): Promise<void> {
    [report.value, problem.value] = [null, null];
    if (!path.value || unread.value || lacking.value.length) return;
    busy.value = true;
    try {
      const answer = await ask();
      if (answer) report.value = answer;
    } catch (error) {
      problem.value = failureText(failureFrom(error));
    } finally {
      busy.value = false;
    }
  }
  /** Reads the labels in as one step of undo. Throws what the engine throws. */
  async function read(): Promise<LabelImportReport> {
    busy.value = true;
    try {
      const done = await client.annotations.import(request(false));
      await schemas.refresh();
      return done;
    } finally {
      busy.value = false;
    }
  }
  function reset(): void {
    [path.value, facts.value, report.value, problem.value, schemaId.value, busy.value] = [null, null, null, null, null, false];
  }
  return { path, facts, format, columns, schemaId, report, problem, busy, isTable, unread, lacking, choose, preview, read, reset };
}
