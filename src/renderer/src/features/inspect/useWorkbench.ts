// The workbench's state: what is looked at, which models, which frame, which mask; and the reconstructions of it, of one model or of two.
import { computed, ref, shallowRef } from 'vue';
import type { MaskSpec, Model } from '../../../../shared/contract/model.ts';
import type { Modality } from '../../../../shared/figures/pictures.ts';
import { filled, removedPatches } from './maskPainting.ts';
import type { Request, Seen } from './shown.ts';
import { useReconstruction } from './useReconstruction.ts';

export interface Masking { mode: MaskSpec['mode']; ratioA: number; ratioV: number; seed: number }

export function useWorkbench(seen: () => Seen | null, models: () => readonly Model[], visible: () => boolean) {
  const modelId = ref('shipped');
  const compareId = ref<string | null>(null);
  const frame = ref(5);
  const masking = ref<Masking>({ mode: 'unstructured', ratioA: 0.75, ratioV: 0.75, seed: 1 });
  /** The painted masks; they count while the mode is `hand`. */
  const painted = shallowRef<Record<Modality, Uint8Array>>({ A: filled('A', false), V: filled('V', false) });

  const request = computed<Request | null>(() => {
    const [open, { mode, ratioA, ratioV, seed }] = [seen(), masking.value];
    const hand = mode === 'hand' ? { handA: removedPatches(painted.value.A), handV: removedPatches(painted.value.V) } : {};
    return open === null ? null : { seen: open, modelId: modelId.value, frame: frame.value, mask: { mode, ratioA, ratioV, seed, ...hand } };
  });
  const bench = useReconstruction(() => request.value, models, visible);

  /** The second model gets exactly the patches that the first one was given, however they were drawn. */
  const compared = computed<Request | null>(() => {
    const first = bench.shown.value;
    if (compareId.value === null || !first) return null;
    const { seen: open, frame: shownFrame } = first.request;
    const hand = { handA: removedPatches(first.A?.mask ?? filled('A', false)), handV: removedPatches(first.V?.mask ?? filled('V', false)) };
    return { seen: open, modelId: compareId.value, frame: shownFrame, mask: { ...first.request.mask, mode: 'hand', ...hand } };
  });
  const second = useReconstruction(() => compared.value, models, visible);

  /** Starts painting from what is masked now, so that the first stroke changes only what it touches. */
  function paint(modality: Modality, change: (mask: Uint8Array) => Uint8Array): void {
    const shown = bench.shown.value;
    const from = masking.value.mode === 'hand' ? painted.value : { A: shown?.A?.mask ?? filled('A', false), V: shown?.V?.mask ?? filled('V', false) };
    painted.value = { ...from, [modality]: change(from[modality]) };
    if (masking.value.mode !== 'hand') masking.value = { ...masking.value, mode: 'hand' };
  }
  /** Hides one modality wholly and shows the other. */
  function only(hidden: Modality): void {
    painted.value = { A: filled('A', hidden === 'A'), V: filled('V', hidden === 'V') };
    masking.value = { ...masking.value, mode: 'hand' };
  }
  /** The mask as drawn: the painted one at once, before the model has answered. */
  const maskNow = (modality: Modality): Uint8Array | null => (masking.value.mode === 'hand' ? painted.value[modality] : (bench.shown.value?.[modality]?.mask ?? null));

  return { modelId, compareId, frame, masking, painted, bench, second, paint, only, maskNow };
}
