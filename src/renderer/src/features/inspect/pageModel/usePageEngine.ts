// The model in this window: its graph fetched and opened once the workbench shows it, where it is small enough.
import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { Model } from '../../../../../shared/contract/model.ts';
import { autoencoderParts, autoencoderUrl } from '../../../../../shared/wire/urls.ts';
import { GpuFailure } from '../../../onnx/graphMessages.ts';
import type { GraphCompute } from '../../../onnx/graphMessages.ts';
import { openGraph } from '../../../onnx/openGraph.ts';
import type { Graph } from '../../../onnx/openGraph.ts';
import { usePageCompute } from './pageCompute.ts';
import { paperSizes } from '../../../../../shared/signal/patchGrid.ts';
import type { InputSizes } from '../../../../../shared/signal/patchGrid.ts';
import { plural } from '../../../../../shared/plural.ts';

/** Larger graphs are left to the engine: they take memory and seconds to fetch. Four bytes a parameter. */
export const largestGraphBytes = 40_000_000;

export type PageEngine =
  | { state: 'ready'; modelId: string; graph: Graph; sizes: InputSizes; perPatchStatistics: boolean }
  | { state: 'loading'; modelId: string }
  /** `reason` ends the sentence "computed in the engine because …". */
  | { state: 'off'; reason: string };

/** What a model takes; the paper's where the model is not known yet. */
export const sizesOf = (model: Model | undefined): InputSizes => ({
  audioLength: model?.audioLength ?? paperSizes.audioLength,
  imgSize: model?.imgSize ?? paperSizes.imgSize,
});

/** Why a model is not run in the window; null where it can be. */
export function whyNotHere(model: Model | undefined): string | null {
  if (!model || model.state !== 'ready') return 'the model is not known yet';
  if (model.variant !== 'cav-mae' || !model.hasDecoder) return 'the window runs complete CAV-MAE models only';
  if (model.parameters === null || model.parameters * 4 > largestGraphBytes)
    return 'the model is too large for the window';
  return null;
}

const place = ({ provider, threads }: Graph): string =>
  provider === 'webgpu' ? 'in this window, WebGPU' : `in this window, wasm, ${plural(threads, 'thread')}`;
export const whereOf = (engine: PageEngine): string =>
  engine.state === 'ready' ? place(engine.graph) : 'in the engine';

export function usePageEngine(model: () => Model | undefined) {
  const settings = usePageCompute();
  const engine = shallowRef<PageEngine>({ state: 'off', reason: 'no clip was opened yet' });
  // Not a shallow one: among several sources of a watch it would fire whatever changed, and open the graph anew at
  // every stroke.
  const wanted = ref(false);
  let opening: AbortController | null = null;

  async function open(now: Model, compute: GraphCompute): Promise<void> {
    const mine = new AbortController();
    opening = mine;
    engine.value = { state: 'loading', modelId: now.id };
    try {
      const graph = await openGraph(
        Object.fromEntries(autoencoderParts.map((part) => [part, autoencoderUrl(now.id, part)])),
        compute,
        mine.signal,
      );
      const sizes = sizesOf(now);
      const fits = graph.inputs.audio?.[1] === sizes.audioLength && graph.inputs.image?.[2] === sizes.imgSize;
      if (mine.signal.aborted) return;
      void graph.lost.then((reason) => {
        if (!mine.signal.aborted) settings.gpuFailed(reason);
      });
      if (!fits) graph.close();
      engine.value = fits
        ? { state: 'ready', modelId: now.id, graph, sizes, perPatchStatistics: now.normPixLoss ?? false }
        : { state: 'off', reason: 'the model takes inputs of another size than its file says' };
    } catch (error) {
      if (mine.signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      // Opened anew in wasm, by the watch below.
      if (error instanceof GpuFailure) settings.gpuFailed(reason);
      else engine.value = { state: 'off', reason: `the model could not be opened in the window: ${reason}` };
    }
  }
  function release(reason: string): void {
    opening?.abort();
    opening = null;
    engine.value = { state: 'off', reason };
  }
  /** Where wasm may still do, it is opened anew there; else the engine computes from now on. */
  function giveUp(reason: string): void {
    if (engine.value.state === 'ready' && engine.value.graph.provider === 'webgpu') settings.gpuFailed(reason);
    else release(reason);
  }
  watch(
    [
      () => {
        const now = model();
        return now && `${now.id} ${now.parameters} ${now.state}`;
      },
      wanted,
      () => settings.compute,
    ],
    () => {
      const now = model();
      const reason = settings.compute === 'engine' ? 'that was chosen' : whyNotHere(now);
      release(reason ?? 'no clip was opened yet');
      if (wanted.value && now && settings.compute !== 'engine' && reason === null) void open(now, settings.compute);
    },
  );
  onScopeDispose(() => release('the workbench was closed'));
  /** Called when there is something to reconstruct; before that nothing is fetched. */
  const want = (): void => {
    wanted.value = true;
  };
  return { engine, want, giveUp };
}
