// The state of an import of events: the chosen file, how it is read, and what a dry run says of it.
import { reactive, ref, shallowRef } from 'vue';
import type { EventFormat, EventImportReport, EventModality } from '../../../../../shared/contract/event.ts';
import { client } from '../../../engine/client.ts';
import { failureFrom, failureText } from '../../../engine/failure.ts';
import { latest } from '../../../../../shared/async/latest.ts';
import { plural } from '../../../../../shared/plural.ts';
import { useToasts } from '../../../stores/toasts.ts';
import { useUndo } from '../../../stores/undo.ts';
import { useEventTransfer } from './eventTransferStore.ts';

const emptyForm = () => ({
  path: '',
  format: 'csv' as EventFormat,
  schema: '',
  modality: 'heard' as EventModality,
  complete: false,
  classNames: {} as Record<string, string>,
});

/** The form as the engine takes it. */
const inputOf = (form: ReturnType<typeof emptyForm>, dryRun: boolean) => ({
  path: form.path,
  format: form.format,
  modality: form.modality,
  complete: form.complete,
  dryRun,
  ...(form.schema.trim() ? { schema: form.schema.trim() } : {}),
  ...(Object.keys(form.classNames).length ? { classNames: { ...form.classNames } } : {}),
});

export function useEventImport() {
  const [toasts, undo, transfer] = [useToasts(), useUndo(), useEventTransfer()];
  const form = reactive(emptyForm());
  const report = shallowRef<EventImportReport | null>(null);
  const problem = ref<string | null>(null);
  const busy = ref(false);
  const ask = latest(() => client.events.import(inputOf(form, true)));

  async function preview(): Promise<void> {
    [report.value, problem.value] = [null, null];
    try {
      report.value = (await ask()) ?? report.value;
    } catch (error) {
      problem.value = failureText(failureFrom(error));
    }
  }
  async function choose(path: string): Promise<void> {
    reset();
    form.path = path;
    try {
      const facts = await client.events.inspect({ path });
      if (facts.format) form.format = facts.format;
    } catch (error) {
      problem.value = failureText(failureFrom(error));
      return;
    }
    await preview();
  }
  async function write(): Promise<void> {
    busy.value = true;
    try {
      const done = await undo.serialised(async () => {
        const answer = await client.events.import(inputOf(form, false));
        undo.pushAnnotation(`import ${plural(answer.events, 'event')}`);
        return answer;
      });
      transfer.close();
      toasts.show('success', `${plural(done.events, 'event')} in ${plural(done.recordings, 'recording')}`, {
        action: { text: 'Undo', run: () => void undo.undo() },
      });
    } catch (error) {
      problem.value = failureText(failureFrom(error));
    }
    busy.value = false;
  }
  function reset(): void {
    Object.assign(form, { path: '', schema: '', complete: false, classNames: {} });
    [report.value, problem.value] = [null, null];
  }
  return { form, report, problem, busy, choose, preview, write, reset };
}
