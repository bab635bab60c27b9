// Where the window runs a model: what the person chose, kept over sessions, and whether the graphics adapter failed
// since.
import { useLocalStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { GraphCompute } from '../../../onnx/graphMessages.ts';
import { useToasts } from '../../../stores/toasts.ts';

export const computeChoices = ['automatic', 'webgpu', 'wasm', 'engine'] as const;
export type ComputeChoice = (typeof computeChoices)[number];

export const usePageCompute = defineStore('pageCompute', () => {
  const toasts = useToasts();
  const kept = useLocalStorage<string>('studio.inspect.compute', 'automatic');
  const choice = computed<ComputeChoice>(() => computeChoices.find((one) => one === kept.value) ?? 'automatic');
  const gpuFailure = ref<string | null>(null);
  /** What a graph is opened with; `engine`: none is. */
  const compute = computed<GraphCompute | 'engine'>(() =>
    choice.value === 'engine' || gpuFailure.value === null ? choice.value : 'wasm',
  );
  /** Choosing anew tries a graphics adapter anew. */
  function choose(wanted: ComputeChoice): void {
    gpuFailure.value = null;
    kept.value = wanted;
  }
  /** From now on wasm; told once, however many graphs ran there. */
  function gpuFailed(reason: string): void {
    if (gpuFailure.value !== null) return;
    gpuFailure.value = reason;
    toasts.show('warning', 'The graphics adapter failed; the model goes on in wasm.', { hint: reason });
  }
  return { choice, compute, gpuFailure, choose, gpuFailed };
});
