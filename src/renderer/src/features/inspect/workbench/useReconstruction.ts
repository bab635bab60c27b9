// The reconstruction of what is asked for, following the controls and the brush: by the model in this window where it is open, else by the
// engine.
import { ref, shallowRef, watch } from 'vue';
import type { Model, Reconstruction } from '../../../../../shared/contract/model.ts';
import { sideOf } from '../../../../../shared/figures/reconstructionSide.ts';
import type { Side } from '../../../../../shared/figures/reconstructionSide.ts';
import { gridOf } from '../../../../../shared/signal/patchGrid.ts';
import type { Modality } from '../../../../../shared/signal/patchGrid.ts';
import { client } from '../../../engine/client.ts';
import { failureFrom } from '../../../engine/failure.ts';
import type { Failure } from '../../../engine/failure.ts';
import { fetchSafetensors } from '../../../engine/safetensorsFetch.ts';
import { agree } from '../pageModel/agree.ts';
import { clipInput } from '../clipInput.ts';
import { clipTensors } from '../pageModel/clipTensors.ts';
import { filled, marked } from './maskPainting.ts';
import { throttler } from '../../../../../shared/async/throttler.ts';
import { within } from '../../../../../shared/async/within.ts';
import { encodeAhead, reconstructWith } from '../pageModel/pageReconstruction.ts';
import { keyOf, subjectOf } from './shown.ts';
import type { Request, Shown } from './shown.ts';
import { usePageEngine, whereOf } from '../pageModel/usePageEngine.ts';

async function fetchShown(request: Request, answer: Reconstruction, signal: AbortSignal): Promise<Shown> {
  const { tensors } = await fetchSafetensors(answer.dataUrl, signal);
  const floats = (name: string): Float32Array | null =>
    tensors[name]?.data instanceof Float32Array ? tensors[name].data : null;
  const side = (modality: Modality, loss: number | null): Side | null => {
    const [original, prediction, mask, error] = [
      floats(`original${modality}`),
      floats(`pred${modality}`),
      floats(`mask${modality}`),
      floats(`error${modality}`),
    ];
    return original && prediction && mask && error
      ? sideOf(modality, { original, prediction, mask, error, loss })
      : null;
  };
  const { milliseconds, perPatchStatistics, lossA, lossV } = answer;
  return {
    request,
    A: side('A', lossA),
    V: side('V', lossV),
    perPatchStatistics,
    milliseconds,
    where: 'in the engine',
    inPage: false,
  };
}

/** A graph that has not answered by then is given up: threads of wasm have been seen to wait for ever in a browser whose processors were taken. Its trial, beside which the engine answers, may take longer. */
const patienceS = { trusted: 20, trial: 300 };

/** Getters, so that it follows what is asked for and the catalogue; nothing is computed while nobody looks. */
export function useReconstruction(
  request: () => Request | null,
  models: () => readonly Model[],
  visible: () => boolean,
) {
  const shown = shallowRef<Shown | null>(null);
  /** For the engine: the window answers while the brush moves. */
  const waiting = ref(false);
  const failure = shallowRef<Failure | null>(null);
  const page = usePageEngine(() => models().find((model) => model.id === request()?.modelId));

  async function inEngine(asked: Request, signal: AbortSignal): Promise<Shown> {
    waiting.value = true;
    const { seen, modelId, frame, mask } = asked;
    return fetchShown(
      asked,
      await client.inspect.reconstruct({ ...subjectOf(seen), modelId, frame, mask }, { signal }),
      signal,
    );
  }

  /** What the model in this window takes; null where none is open, or the clip lacks sound or picture. */
  async function inputsOf(asked: Request, signal: AbortSignal) {
    const engine = page.engine.value;
    if (engine.state !== 'ready' || engine.modelId !== asked.modelId) return null;
    const file = await clipInput(asked.seen, engine.sizes.imgSize);
    signal.throwIfAborted();
    const tensors = clipTensors(file, asked.frame, engine.sizes);
    if (!tensors) return null;
    const { handA = [], handV = [] } =
      asked.mask.mode === 'hand'
        ? asked.mask
        : await client.inspect.drawMask({ ...asked.mask, ...engine.sizes }, { signal });
    const masks = {
      A: marked(filled(gridOf('A', engine.sizes), false), handA, true),
      V: marked(filled(gridOf('V', engine.sizes), false), handV, true),
    };
    return { engine, tensors, masks, handA, handV };
  }

  /** Null where the engine has to: no model open here, a clip without sound or picture, nothing left visible (which is refused there) or nothing hidden (where it was seen not to answer in a starved browser; in Node, with one thread and with two, the graph answers). */
  async function inPage(asked: Request, signal: AbortSignal, afterS = patienceS.trusted): Promise<Shown | null> {
    const inputs = await inputsOf(asked, signal);
    if (!inputs) return null;
    const { engine, tensors, masks, handA, handV } = inputs;
    const hidden = handA.length + handV.length;
    if (hidden === 0 || hidden === masks.A.length + masks.V.length) return null;
    // onnxruntime-web 1.30 on WebGPU divides by zero where nothing is left of one modality.
    if (engine.graph.provider === 'webgpu' && (handA.length === masks.A.length || handV.length === masks.V.length))
      return null;
    const from = performance.now();
    try {
      const sides = await within(afterS, reconstructWith(engine.graph.run, tensors, masks, engine.perPatchStatistics));
      return {
        request: asked,
        ...sides,
        perPatchStatistics: engine.perPatchStatistics,
        milliseconds: performance.now() - from,
        where: whereOf(engine),
        inPage: true,
      };
    } catch (error) {
      signal.throwIfAborted();
      if (page.engine.value === engine)
        page.giveUp(`the window could not run the model: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  /** The model in this window that was found to paint what the engine paints: another is not used. */
  let trusted: unknown = null;
  async function reconstruct(asked: Request, signal: AbortSignal): Promise<Shown> {
    const here = trusted === page.engine.value ? await inPage(asked, signal) : null;
    return here ?? inEngine(asked, signal);
  }

  let tried: unknown = null;
  /** Has the model in this window paint what the engine painted. The engine goes on answering meanwhile: a graphics adapter's first run takes long. */
  async function tryPage(reference: Shown): Promise<void> {
    const engine = page.engine.value;
    if (engine.state !== 'ready' || tried === engine || trusted === engine || reference.inPage) return;
    tried = engine;
    const { signal } = new AbortController();
    const here = await inPage(reference.request, signal, patienceS.trial).catch(() => null);
    // With nearly everything visible it takes the most memory, and asking for that would make a stroke wait twice as long.
    if (here && engine.graph.provider === 'wasm')
      await inPage(
        { ...reference.request, mask: { ...reference.request.mask, mode: 'hand', handA: [0], handV: [0] } },
        signal,
        patienceS.trial,
      ).catch(() => null);
    tried = null;
    if (!here || page.engine.value !== engine) return;
    if (!agree(here, reference)) page.giveUp('the window painted other pictures than the engine');
    else {
      trusted = engine;
      if (shown.value === reference) shown.value = here;
      else run();
    }
  }

  /** Where the engine painted: both modalities are encoded here, so that the next stroke finds the one that it does not touch. */
  async function encodeHere({ request: asked, inPage: done }: Shown, signal: AbortSignal): Promise<void> {
    if (done || trusted !== page.engine.value) return;
    const inputs = await inputsOf(asked, signal);
    if (inputs) await encodeAhead(inputs.engine.graph.run, inputs.tensors, inputs.masks);
  }

  const queue = throttler<Request>(async (asked, signal) => {
    try {
      const answer = await reconstruct(asked, signal);
      if (signal.aborted) return;
      [shown.value, failure.value] = [answer, null];
      page.want();
      void tryPage(answer);
      // What goes wrong there goes wrong again, and is told, when it is painted.
      void encodeHere(answer, signal).catch(() => undefined);
    } catch (error) {
      if (signal.aborted) return;
      failure.value = failureFrom(error);
    }
    waiting.value = false;
  });
  function run(): void {
    const asked = request();
    if (asked && visible()) queue.ask(asked);
  }
  watch(
    request,
    (now, before) => {
      const [key, earlier] = [now && keyOf(now.seen), before && keyOf(before.seen)];
      if (key !== earlier || now?.modelId !== before?.modelId) {
        queue.cancel();
        [failure.value, waiting.value] = [null, false];
      }
      if (key !== earlier || !now) shown.value = null;
      run();
    },
    { immediate: true },
  );
  watch(visible, run);
  watch(page.engine, ({ state }) => {
    const now = shown.value;
    if (!now || state === 'loading' || now.request.modelId !== request()?.modelId) return;
    // What another graph in this window painted is painted anew: first by the engine, beside which the new graph is tried.
    if (now.inPage) run();
    else void tryPage(now);
  });

  return { shown, waiting, failure, pageEngine: page.engine, run };
}
