// Whether the builder of queries is open.
import { ref } from 'vue';

export const builderOpen = ref(false);
