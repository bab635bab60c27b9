// Which dialog of metadata is open.
import { ref } from 'vue';

export const metadataDialog = ref<'table' | 'pattern' | null>(null);
