// Snapshots of all annotations as the dialog shows them.
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { Snapshot, SnapshotComparison } from '../../../../shared/contract/snapshot.ts';
import { client } from '../../engine/client.ts';
import { failureFrom } from '../../engine/failure.ts';
import type { Failure } from '../../engine/failure.ts';
import { onEngineEvent } from '../../stores/eventRouter.ts';
import { useToasts } from '../../stores/toasts.ts';
import { useUndo } from '../../stores/undo.ts';

export const useSnapshots = defineStore('snapshots', () => {
  const [toasts, undo] = [useToasts(), useUndo()];
  const open = ref(false);
  const list = shallowRef<Snapshot[] | null>(null);
  const failure = shallowRef<Failure | null>(null);
  const comparison = shallowRef<SnapshotComparison | null>(null);
  const comparedId = ref<number | null>(null);
  const busy = ref(false);

  async function refresh(): Promise<void> {
    try {
      [list.value, failure.value] = [await client.snapshots.list(), null];
    } catch (error) {
      failure.value = failureFrom(error);
    }
  }
  function show(): void {
    [open.value, comparison.value, comparedId.value] = [true, null, null];
    void refresh();
  }
  async function guarded(what: string, work: () => Promise<unknown>): Promise<boolean> {
    busy.value = true;
    try {
      await work();
      await refresh();
      return true;
    } catch (error) {
      toasts.fail(error, what);
      return false;
    } finally {
      busy.value = false;
    }
  }
  const create = (name: string, note: string): Promise<boolean> =>
    guarded('The snapshot was not made', () => client.snapshots.create({ name, note }));
  const remove = (snapshotId: number): Promise<boolean> =>
    guarded('The snapshot was not removed', () => client.snapshots.remove({ snapshotId }));
  const compare = (snapshotId: number): Promise<boolean> =>
    guarded('The snapshots could not be compared', async () => {
      comparison.value = await client.snapshots.compare({ snapshotId, limit: 200 });
      comparedId.value = snapshotId;
    });
  const restore = ({ id, name }: Snapshot): Promise<boolean> =>
    guarded('The snapshot was not restored', () =>
      undo.serialised(async () => {
        const restored = await client.snapshots.restore({ snapshotId: id });
        undo.engine = restored.undo;
        if (restored.changed > 0) undo.pushAnnotation(`Restore ${name}`, restored.undo.undoText);
        comparison.value = null;
        toasts.show('info', restored.changed > 0 ? `Restored ${name}` : `All is as in ${name} already`, {
          hint: `What was there is kept as “${restored.kept.name}”.`,
        });
      }),
    );
  onEngineEvent(({ type }) => {
    if (type === 'snapshotsChanged' && open.value) void refresh();
  });
  return { open, list, failure, comparison, comparedId, busy, show, refresh, create, remove, compare, restore };
});
