// The dialogue of workspaces: which were opened lately, and changing to another.
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { RecentWorkspace } from '../../../../shared/contract/workspaces.ts';
import { client } from '../../engine/client.ts';
import { failureFrom, failureText } from '../../engine/failure.ts';
import { useToasts } from '../../stores/toasts.ts';

export const useWorkspaces = defineStore('workspaces', () => {
  const toasts = useToasts();
  const open = ref(false);
  const current = ref<string | null>(null);
  const canSwitch = ref(true);
  const recent = shallowRef<readonly RecentWorkspace[]>([]);
  /** The folder that is being opened; the page loads itself anew when it is. */
  const opening = ref<string | null>(null);
  const problem = ref<string | null>(null);

  async function show(): Promise<void> {
    problem.value = null;
    open.value = true;
    try {
      const list = await client.workspaces.list();
      [current.value, canSwitch.value, recent.value] = [list.current, list.canSwitch, list.recent];
    } catch (error) {
      problem.value = failureText(failureFrom(error));
    }
  }
  async function change(path: string, create: boolean): Promise<void> {
    opening.value = path;
    problem.value = null;
    try {
      const { path: opened } = await client.workspaces.open({ path, create });
      // Every window hears of it and loads itself anew; this one does not wait to hear.
      if (opened === current.value) open.value = false;
      else location.reload();
    } catch (error) {
      problem.value = failureText(failureFrom(error));
    } finally {
      opening.value = null;
    }
  }
  async function forget(path: string): Promise<void> {
    try {
      await client.workspaces.forget({ path });
      recent.value = recent.value.filter((one) => one.path !== path);
    } catch (error) {
      toasts.fail(error, 'Forgetting a workspace');
    }
  }
  return { open, current, canSwitch, recent, opening, problem, show, change, forget };
});
