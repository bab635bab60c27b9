// Which of the two dialogs is open.
import { defineStore } from 'pinia';
import { ref } from 'vue';

export type ExportedThing = 'labels' | 'embeddings' | 'predictions' | 'dataset';

export const useTransfer = defineStore('transfer', () => ({
  importing: ref(false),
  exporting: ref<ExportedThing | null>(null),
}));
