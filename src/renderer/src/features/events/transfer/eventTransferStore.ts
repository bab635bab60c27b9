// Which dialog of events going in or out is open.
import { defineStore } from 'pinia';
import { ref } from 'vue';

export type TransferKind = 'import' | 'export' | 'cut';

export const useEventTransfer = defineStore('eventTransfer', () => {
  const kind = ref<TransferKind | null>(null);
  function open(next: TransferKind): void {
    kind.value = next;
  }
  function close(): void {
    kind.value = null;
  }
  return { kind, open, close };
});
