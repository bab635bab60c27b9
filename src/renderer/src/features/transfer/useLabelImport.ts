// One label file on its way in: what it is, which column holds what, what would come of it, and the import itself.
import { computed, ref, shallowRef } from 'vue';
import type {
  LabelField,
  LabelFileFacts,
  LabelFormat,
  LabelImportReport,
} from '../../../../shared/contract/annotation.ts';
import { client } from '../../engine/client.ts';
import { failureFrom, failureText } from '../../engine/failure.ts';
import { latest } from '../../../../shared/async/latest.ts';
import { useSchemas } from '../../stores/schemas.ts';
import { useUndo } from '../../stores/undo.ts';
import { plural } from '../../../../shared/plural.ts';
import { fieldTexts, formatText } from './labelFormatTexts.ts';

export function useLabelImport() {
  const [schemas, undo] = [useSchemas(), useUndo()];
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
  const unread = computed(() =>
    facts.value && !formatText(format.value).reads
      ? `${formatText(format.value).label} files can be written, not read.`
      : null,
  );
  const lacking = computed(() =>
    isTable.value
      ? fieldTexts
          .filter(({ field, needed }) => needed && !columns.value[field])
          .map(({ label }) => label.toLowerCase())
      : [],
  );
  const request = (dryRun: boolean) => ({
    path: path.value!,
    format: format.value,
    dryRun,
    ...(schemaId.value === null ? {} : { schemaId: schemaId.value }),
    ...(isTable.value ? { columns: columns.value as Record<string, string> } : {}),
  });
  const inspect = latest((chosen: string) => client.annotations.inspect({ path: chosen }));
  /** Null where too little is known to ask. */
  const ask = latest(async () =>
    path.value && !unread.value && lacking.value.length === 0 ? client.annotations.import(request(true)) : null,
  );

  /** Looks at a chosen file and, where enough is known, at what would come of it. */
  async function choose(chosen: string): Promise<void> {
    [path.value, facts.value, report.value, problem.value] = [chosen, null, null, null];
    try {
      const found = await inspect(chosen);
      if (!found || path.value !== chosen) return;
      [facts.value, format.value, columns.value] = [found, found.format, { ...found.columns }];
      await preview();
    } catch (error) {
      if (path.value === chosen) problem.value = failureText(failureFrom(error));
    }
  }
  /** What an import with the present choices would do. */
  async function preview(): Promise<void> {
    [report.value, problem.value, busy.value] = [null, null, true];
    try {
      const answer = await ask();
      // The choices were changed meanwhile: what becomes of them is on its way.
      if (answer === undefined) return;
      report.value = answer;
    } catch (error) {
      problem.value = failureText(failureFrom(error));
    }
    busy.value = false;
  }
  /** Reads the labels in as one step of undo. Throws what the engine throws. */
  async function read(): Promise<LabelImportReport> {
    busy.value = true;
    try {
      const done = await undo.serialised(async () => {
        const read = await client.annotations.import(request(false));
        if (read.written) undo.pushAnnotation(`import ${plural(read.annotations, 'label')}`);
        return read;
      });
      await schemas.refresh();
      return done;
    } finally {
      busy.value = false;
    }
  }
  function reset(): void {
    [path.value, facts.value, schemaId.value] = [null, null, null];
    // With nothing chosen there is nothing to ask; what is on its way is overtaken by it.
    void preview();
  }
  return {
    path,
    facts,
    format,
    columns,
    schemaId,
    report,
    problem,
    busy,
    isTable,
    unread,
    lacking,
    choose,
    preview,
    read,
    reset,
  };
}
