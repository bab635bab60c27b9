// What the compute worker does for training; events are points of the live curves.
import type { CurvePoint } from '../../shared/contract/model.ts';
import type { CallContext } from './channel.ts';
import { startBackend } from '../backend/startBackend.ts';
import { runPredictHead, runTrainHead, type PredictHeadRequest, type TrainHeadRequest } from '../training/headTask.ts';

export const trainingHandlers = {
  trainHead: async (request: TrainHeadRequest, { signal, emit }: CallContext<CurvePoint>) => {
    await startBackend();
    return runTrainHead(request, { signal, onPoint: emit });
  },
  predictHead: async (request: PredictHeadRequest) => {
    await startBackend();
    return runPredictHead(request);
  },
};
