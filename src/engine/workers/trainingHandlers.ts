// Handlers of the compute worker for training. Their events are points of the live curves.
import type { CurvePoint } from '../../shared/contract/model.ts';
import type { CallContext } from './channel.ts';
import { startBackend } from '../backend/startBackend.ts';
import { crossPredict, type CrossPredictRequest } from '../training/head/crossPredict.ts';
import {
  runPredictHead,
  runTrainHead,
  type PredictHeadRequest,
  type TrainHeadRequest,
} from '../training/head/headTask.ts';
import { runFinetune, type FinetuneRequest } from '../training/finetuneTask.ts';
import { runDistil, type DistilEvent, type DistilRequest } from '../training/distilTask.ts';
import { runPretrain, type PretrainEvent, type PretrainRequest } from '../training/pretrainTask.ts';
import { awaitedInput, type MissingInput } from './awaitedInput.ts';
import { breathe } from '../base/breathe.ts';
import { readWaveform } from './readWaveform.ts';
import { withValues, type WithPlaces } from './withValues.ts';

/** Runs asked to end early and keep what they have. */
const stopping = new Set<number>();

export const trainingHandlers = {
  trainHead: async (request: WithPlaces<TrainHeadRequest>, { signal, emit }: CallContext<CurvePoint>) => {
    await startBackend();
    return runTrainHead(await withValues<TrainHeadRequest>(request), { signal, onPoint: emit });
  },
  predictHead: async (request: WithPlaces<PredictHeadRequest>) => {
    await startBackend();
    return runPredictHead(await withValues<PredictHeadRequest>(request));
  },
  crossPredict: async (request: WithPlaces<CrossPredictRequest>, { signal }: CallContext) => {
    await startBackend();
    return crossPredict(await withValues<CrossPredictRequest>(request), () => breathe(signal));
  },
  pretrain: async (request: PretrainRequest, { signal, emit }: CallContext<PretrainEvent | MissingInput>) => {
    await startBackend();
    return runPretrain(request, {
      readInput: (path) => awaitedInput(path, { signal, ask: emit }),
      onPoint: emit,
      breathe: () => breathe(signal),
    });
  },
  distil: async (request: DistilRequest, { signal, emit }: CallContext<DistilEvent | MissingInput>) => {
    await startBackend();
    return runDistil(request, {
      readInput: (path) => awaitedInput(path, { signal, ask: emit }),
      onPoint: emit,
      breathe: () => breathe(signal),
    });
  },
  finetune: async (request: FinetuneRequest, { signal, emit }: CallContext<CurvePoint | MissingInput>) => {
    await startBackend();
    stopping.delete(request.runId);
    return runFinetune(request, {
      readInput: (path) => awaitedInput(path, { signal, ask: emit }),
      readWaveform,
      onPoint: emit,
      breathe: () => breathe(signal),
      stopping: () => stopping.has(request.runId),
    });
  },
  stopFinetune: async ({ runId }: { runId: number }) => {
    stopping.add(runId);
    return {};
  },
};
