// The reconstruction of one clip under the present mask, following the controls and the brush: by the model in this window where it is
// open, else by the engine.
import { computed, ref, shallowRef, watch } from 'vue';
import type { MaskSpec, Model, Reconstruction } from '../../../../shared/contract/model.ts';
import { inputUrl } from '../../../../shared/wire/urls.ts';
import type { TensorFile } from '../../../../shared/wire/safetensors.ts';
import { client } from '../../engine/client.ts';
import { failureFrom } from '../../engine/failure.ts';
import type { Failure } from '../../engine/failure.ts';
import { fetchSafetensors } from '../../engine/safetensorsFetch.ts';
import { agree } from './agree.ts';
import { clipTensors } from './clipTensors.ts';
import { filled, marked, removedPatches } from './maskPainting.ts';
import { oneAtATime } from './oneAtATime.ts';
import { reconstructWith } from './pageReconstruction.ts';
import { imagePlane, melPlane, soundFrames } from './pictures.ts';
import type { Modality, Plane } from './pictures.ts';
import type { Shown, Side } from './reconstructionSide.ts';
import { usePageEngine, whereOf } from './usePageEngine.ts';

export interface Masking { mode: MaskSpec['mode']; ratioA: number; ratioV: number; seed: number }
interface Request { clipId: number; modelId: string; frame: number; mask: MaskSpec }

async function fetchShown(clipId: number, answer: Reconstruction, signal: AbortSignal): Promise<Shown> {
  const { tensors } = await fetchSafetensors(answer.dataUrl, signal);
  const floats = (name: string): Float32Array | null => (tensors[name]?.data instanceof Float32Array ? tensors[name].data : null);
  const side = (modality: Modality, plane: (values: Float32Array) => Plane, loss: number | null): Side | null => {
    const [original, predicted, mask, error] = [floats(`original${modality}`), floats(`pred${modality}`), tensors[`mask${modality}`]?.data, floats(`error${modality}`)];
    if (!original || !predicted || !mask || !error) return null;
    return { original: plane(original), predicted: plane(predicted), mask: Uint8Array.from(mask), error, loss, frames: modality === 'A' ? soundFrames(original) : 0 };
  };
  const { milliseconds, perPatchStatistics, lossA, lossV } = answer;
  return { clipId, A: side('A', melPlane, lossA), V: side('V', imagePlane, lossV), perPatchStatistics, milliseconds, where: 'in the engine', inPage: false };
}

/** State of the workbench. Getters, so that it follows the open clip and the catalogue; nothing is computed while nobody looks. */
export function useReconstruction(clipId: () => number | null, models: () => readonly Model[], visible: () => boolean) {
  const modelId = ref('shipped');
  const frame = ref(5);
  const masking = ref<Masking>({ mode: 'unstructured', ratioA: 0.75, ratioV: 0.75, seed: 1 });
  /** The painted masks; they count while the mode is `hand`. */
  const painted = shallowRef<Record<Modality, Uint8Array>>({ A: filled('A', false), V: filled('V', false) });
  const shown = shallowRef<Shown | null>(null);
  const busy = ref(false);
  const failure = shallowRef<Failure | null>(null);
  const page = usePageEngine(() => models().find((model) => model.id === modelId.value));
  let input: { clipId: number; file: TensorFile } | null = null;

  const request = computed<Request | null>(() => {
    const [open, { mode, ratioA, ratioV, seed }] = [clipId(), masking.value];
    const hand = mode === 'hand' ? { handA: removedPatches(painted.value.A), handV: removedPatches(painted.value.V) } : {};
    return open === null ? null : { clipId: open, modelId: modelId.value, frame: frame.value, mask: { mode, ratioA, ratioV, seed, ...hand } };
  });

  const inEngine = async (asked: Request, signal: AbortSignal): Promise<Shown> => fetchShown(asked.clipId, await client.inspect.reconstruct(asked, { signal }), signal);

  /** Null where the engine has to: no model open here, a clip without sound or picture, nothing left visible (which is refused there). */
  async function inPage(asked: Request, signal: AbortSignal): Promise<Shown | null> {
    const engine = page.engine.value;
    if (engine.state !== 'ready' || engine.modelId !== asked.modelId) return null;
    if (input?.clipId !== asked.clipId) input = { clipId: asked.clipId, file: await fetchSafetensors(inputUrl(asked.clipId), signal) };
    const tensors = clipTensors(input.file, asked.frame);
    if (!tensors) return null;
    const { handA = [], handV = [] } = asked.mask.mode === 'hand' ? asked.mask : await client.inspect.drawMask(asked.mask, { signal });
    const masks = { A: marked(filled('A', false), handA, true), V: marked(filled('V', false), handV, true) };
    if (handA.length === masks.A.length && handV.length === masks.V.length) return null;
    const from = performance.now();
    try {
      const sides = await reconstructWith(engine.graph.run, tensors, masks, engine.perPatchStatistics);
      return { clipId: asked.clipId, ...sides, perPatchStatistics: engine.perPatchStatistics, milliseconds: performance.now() - from, where: whereOf(engine), inPage: true };
    } catch (error) {
      signal.throwIfAborted();
      page.release(`the window could not run the model: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  /** The engine's newest answer, and the model in this window that was found to paint the same: another is not used. */
  let reference: { request: Request; shown: Shown } | null = null;
  let trusted: unknown = null;
  async function reconstruct(asked: Request, signal: AbortSignal): Promise<Shown> {
    const engine = page.engine.value;
    const here = await inPage(asked, signal);
    if (here && trusted === engine) return here;
    if (reference?.request !== asked) reference = { request: asked, shown: await inEngine(asked, signal) };
    if (!here) return reference.shown;
    if (agree(here, reference.shown)) {
      trusted = engine;
      return here;
    }
    page.release('the window painted other pictures than the engine');
    return reference.shown;
  }

  const queue = oneAtATime<Request>(async (asked, signal) => {
    busy.value = true;
    try {
      const answer = await reconstruct(asked, signal);
      if (signal.aborted) return;
      [shown.value, failure.value] = [answer, null];
      page.want();
    } catch (error) {
      if (signal.aborted) return;
      failure.value = failureFrom(error);
    }
    busy.value = false;
  });
  function run(): void {
    if (request.value && visible()) queue.ask(request.value);
  }
  watch(request, (now, before) => {
    if (now?.clipId !== before?.clipId || now?.modelId !== before?.modelId) {
      queue.cancel();
      [failure.value, busy.value] = [null, false];
    }
    if (now?.clipId !== before?.clipId) shown.value = null;
    run();
  }, { immediate: true });
  watch(visible, run);
  watch(page.engine, ({ state }) => { if (state === 'ready') run(); });

  /** Starts painting from what is masked now, so that the first stroke changes only what it touches. */
  function paint(modality: Modality, change: (mask: Uint8Array) => Uint8Array): void {
    const from = masking.value.mode === 'hand' ? painted.value : { A: shown.value?.A?.mask ?? filled('A', false), V: shown.value?.V?.mask ?? filled('V', false) };
    painted.value = { ...from, [modality]: change(from[modality]) };
    if (masking.value.mode !== 'hand') masking.value = { ...masking.value, mode: 'hand' };
  }
  /** The mask as drawn: the painted one at once, before the model has answered. */
  const maskNow = (modality: Modality): Uint8Array | null => (masking.value.mode === 'hand' ? painted.value[modality] : (shown.value?.[modality]?.mask ?? null));

  return { modelId, frame, masking, painted, shown, busy, failure, pageEngine: page.engine, run, paint, maskNow };
}
