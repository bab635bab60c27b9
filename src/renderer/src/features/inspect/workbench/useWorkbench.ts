// The workbench's state: what is looked at, which models, which frame, which mask; and the reconstructions of it, of one model or of two.
import { computed, ref, shallowRef, watch } from 'vue';
import type { MaskSpec, Model } from '../../../../../shared/contract/model.ts';
import { gridOf } from '../../../../../shared/signal/patchGrid.ts';
import type { Grid, Modality } from '../../../../../shared/signal/patchGrid.ts';
import { filled, removedPatches } from './maskPainting.ts';
import type { Request, Seen, Shown } from './shown.ts';
import { useModelComparison } from '../../../stores/modelComparison.ts';
import { sizesOf } from '../pageModel/usePageEngine.ts';
import { followCurrentModel } from '../useModels.ts';
import { useReconstruction } from './useReconstruction.ts';

export interface Masking {
  mode: MaskSpec['mode'];
  ratioA: number;
  ratioV: number;
  seed: number;
}

export function useWorkbench(seen: () => Seen | null, models: () => readonly Model[], visible: () => boolean) {
  const modelId = followCurrentModel((model) => model.hasDecoder);
  const compareId = ref<string | null>(null);
  // The comparison of two models asks for their reconstructions.
  const comparison = useModelComparison();
  watch(
    () => comparison.beside,
    (wish) => {
      if (!wish) return;
      [modelId.value, compareId.value, comparison.beside] = [wish.modelId, wish.otherId, null];
    },
    { immediate: true },
  );
  const frame = ref(5);
  const masking = ref<Masking>({ mode: 'unstructured', ratioA: 0.75, ratioV: 0.75, seed: 1 });
  /** The painted masks; they count while the mode is `hand`. */
  const painted = shallowRef<Record<Modality, Uint8Array>>({ A: new Uint8Array(), V: new Uint8Array() });
  const sizes = computed(() => sizesOf(models().find(({ id }) => id === modelId.value)));
  const grids = computed<Record<Modality, Grid>>(() => ({ A: gridOf('A', sizes.value), V: gridOf('V', sizes.value) }));
  // A painted mask fits one grid only: a model of another starts with everything visible.
  watch(
    () => [sizes.value.audioLength, sizes.value.imgSize],
    () => {
      painted.value = { A: filled(grids.value.A, false), V: filled(grids.value.V, false) };
    },
    { immediate: true, flush: 'sync' },
  );

  const request = computed<Request | null>(() => {
    const [open, { mode, ratioA, ratioV, seed }] = [seen(), masking.value];
    const hand =
      mode === 'hand' ? { handA: removedPatches(painted.value.A), handV: removedPatches(painted.value.V) } : {};
    return open === null
      ? null
      : { seen: open, modelId: modelId.value, frame: frame.value, mask: { mode, ratioA, ratioV, seed, ...hand } };
  });
  const bench = useReconstruction(() => request.value, models, visible);

  const maskOf = (shown: Shown | null, modality: Modality): Uint8Array =>
    shown?.[modality]?.mask ?? filled(grids.value[modality], false);
  /** The second model gets exactly the patches that the first one was given, however they were drawn; so it must take the same sizes. */
  const comparable = (model: Model): boolean =>
    sizesOf(model).audioLength === sizes.value.audioLength && sizesOf(model).imgSize === sizes.value.imgSize;
  const compared = computed<Request | null>(() => {
    const first = bench.shown.value;
    const other = models().find(({ id }) => id === compareId.value);
    if (!other || !first || !comparable(other) || first.request.modelId !== modelId.value) return null;
    const { seen: open, frame: shownFrame } = first.request;
    const hand = { handA: removedPatches(maskOf(first, 'A')), handV: removedPatches(maskOf(first, 'V')) };
    return { seen: open, modelId: other.id, frame: shownFrame, mask: { ...first.request.mask, mode: 'hand', ...hand } };
  });
  const second = useReconstruction(() => compared.value, models, visible);

  /** What is shown, unless it is another model's of another size, which it is until the new one has answered. */
  const fitting = (modality: Modality): Uint8Array | null => {
    const side = bench.shown.value?.[modality];
    const grid = grids.value[modality];
    return side && side.original.width === grid.width && side.original.height === grid.height ? side.mask : null;
  };
  /** Starts painting from what is masked now, so that the first stroke changes only what it touches. */
  function paint(modality: Modality, change: (mask: Uint8Array) => Uint8Array): void {
    const from =
      masking.value.mode === 'hand'
        ? painted.value
        : { A: fitting('A') ?? filled(grids.value.A, false), V: fitting('V') ?? filled(grids.value.V, false) };
    const changed = change(from[modality]);
    // Most moves of a brush stay within patches that it has hidden: what they asked for would keep the next patch waiting.
    if (masking.value.mode === 'hand' && changed.every((value, patch) => value === from[modality][patch])) return;
    painted.value = { ...from, [modality]: changed };
    if (masking.value.mode !== 'hand') masking.value = { ...masking.value, mode: 'hand' };
  }
  /** Hides one modality wholly and shows the other. */
  function only(hidden: Modality): void {
    painted.value = { A: filled(grids.value.A, hidden === 'A'), V: filled(grids.value.V, hidden === 'V') };
    masking.value = { ...masking.value, mode: 'hand' };
  }
  /** The mask as drawn: the painted one at once, before the model has answered. */
  const maskNow = (modality: Modality): Uint8Array | null =>
    masking.value.mode === 'hand' && fitting(modality)
      ? painted.value[modality]
      : (bench.shown.value?.[modality]?.mask ?? null);

  return { modelId, compareId, frame, masking, painted, grids, comparable, bench, second, paint, only, maskNow };
}
