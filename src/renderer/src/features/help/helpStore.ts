// Which page of the help is open, and the report of a problem.
import { defineStore } from 'pinia';
import { ref } from 'vue';
import { client } from '../../engine/client.ts';
import { failureFrom, failureText } from '../../engine/failure.ts';

export const useHelp = defineStore('help', () => {
  const open = ref(false);
  const topic = ref('window');
  const reportOpen = ref(false);
  const report = ref<string | null>(null);
  const problem = ref<string | null>(null);

  async function showReport(): Promise<void> {
    [reportOpen.value, report.value, problem.value] = [true, null, null];
    try {
      const { text } = await client.system.report();
      report.value = `${text}\n- browser: ${navigator.userAgent}; window ${innerWidth} × ${innerHeight} at ${devicePixelRatio}\n`;
    } catch (error) {
      problem.value = failureText(failureFrom(error));
    }
  }
  return { open, topic, reportOpen, report, problem, showReport };
});
