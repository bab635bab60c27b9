// The dialog that removes files from the collection is open.
import { ref } from 'vue';

export const removing = ref(false);
