// The reconstruction of one clip under the present mask: asked for as the controls move, the newest answer wins.
import { watchDebounced } from '@vueuse/core';
import { computed, ref, shallowRef, watch } from 'vue';
import type { MaskSpec, Reconstruction } from '../../../../shared/contract/model.ts';
import { client } from '../../engine/client.ts';
import { failureFrom } from '../../engine/failure.ts';
import type { Failure } from '../../engine/failure.ts';
import { latest } from '../../engine/latest.ts';
import { fetchSafetensors } from '../../engine/safetensorsFetch.ts';
import { filled, removedPatches } from './maskPainting.ts';
import { imagePlane, melPlane, soundFrames } from './pictures.ts';
import type { Modality, Plane } from './pictures.ts';

/** One modality of a reconstruction; absent where the clip has no such input. */
export interface Side { original: Plane; predicted: Plane; mask: Uint8Array; error: Float32Array; loss: number | null; frames: number }
export interface Shown { clipId: number; answer: Reconstruction; A: Side | null; V: Side | null }
export interface Masking { mode: MaskSpec['mode']; ratioA: number; ratioV: number; seed: number }

async function fetchShown(clipId: number, answer: Reconstruction): Promise<Shown> {
  const { tensors } = await fetchSafetensors(answer.dataUrl);
  const floats = (name: string): Float32Array | null => (tensors[name]?.data instanceof Float32Array ? (tensors[name].data as Float32Array) : null);
  const side = (modality: Modality, plane: (values: Float32Array) => Plane, loss: number | null): Side | null => {
    const [original, predicted, mask, error] = [floats(`original${modality}`), floats(`pred${modality}`), tensors[`mask${modality}`]?.data, floats(`error${modality}`)];
    if (!original || !predicted || !mask || !error) return null;
    return { original: plane(original), predicted: plane(predicted), mask: Uint8Array.from(mask), error, loss, frames: modality === 'A' ? soundFrames(original) : 0 };
  };
  return { clipId, answer, A: side('A', melPlane, answer.lossA), V: side('V', imagePlane, answer.lossV) };
}

/** State of the workbench. `clipId` is a getter so that it follows the open clip. */
export function useReconstruction(clipId: () => number | null) {
  const modelId = ref('shipped');
  const frame = ref(5);
  const masking = ref<Masking>({ mode: 'unstructured', ratioA: 0.75, ratioV: 0.75, seed: 1 });
  /** The painted masks; they count while the mode is `hand`. */
  const painted = shallowRef<Record<Modality, Uint8Array>>({ A: filled('A', false), V: filled('V', false) });
  const shown = shallowRef<Shown | null>(null);
  const busy = ref(false);
  const failure = shallowRef<Failure | null>(null);

  const request = computed(() => {
    const { mode, ratioA, ratioV, seed } = masking.value;
    const hand = mode === 'hand' ? { handA: removedPatches(painted.value.A), handV: removedPatches(painted.value.V) } : {};
    return { clipId: clipId(), modelId: modelId.value, frame: frame.value, mask: { mode, ratioA, ratioV, seed, ...hand } };
  });
  const ask = latest(async (input: typeof request.value) => {
    if (input.clipId === null) return null;
    return fetchShown(input.clipId, await client.inspect.reconstruct({ ...input, clipId: input.clipId }));
  });
  async function run(): Promise<void> {
    busy.value = true;
    try {
      const answer = await ask(request.value);
      if (answer === undefined) return;
      shown.value = answer;
      failure.value = null;
    } catch (error) {
      failure.value = failureFrom(error);
    }
    busy.value = false;
  }
  watchDebounced(request, () => void run(), { debounce: 60, maxWait: 240, immediate: true });
  watch(clipId, () => { shown.value = null; failure.value = null; });

  /** Starts painting from what is masked now, so that the first stroke changes only what it touches. */
  function paint(modality: Modality, change: (mask: Uint8Array) => Uint8Array): void {
    const from = masking.value.mode === 'hand' ? painted.value : { A: shown.value?.A?.mask ?? filled('A', false), V: shown.value?.V?.mask ?? filled('V', false) };
    painted.value = { ...from, [modality]: change(from[modality]) };
    if (masking.value.mode !== 'hand') masking.value = { ...masking.value, mode: 'hand' };
  }
  /** The mask as drawn: the painted one at once, before the model has answered. */
  const maskNow = (modality: Modality): Uint8Array | null => (masking.value.mode === 'hand' ? painted.value[modality] : (shown.value?.[modality]?.mask ?? null));

  return { modelId, frame, masking, painted, shown, busy, failure, run, paint, maskNow };
}
export type Workbench = ReturnType<typeof useReconstruction>;
