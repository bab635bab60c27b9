// The compute worker, which does all tensor work. If it crashes, the host restarts it and nothing is lost.
import { eventHandlers } from './eventHandlers.ts';
import { trainingHandlers } from './trainingHandlers.ts';
import { inferenceHandlers } from './inferenceHandlers.ts';
import { modelHandlers } from './modelHandlers.ts';
import { serveProcess } from './serveProcess.ts';

const handlers = { ...modelHandlers, ...inferenceHandlers, ...trainingHandlers, ...eventHandlers };

export type ComputeHandlers = typeof handlers;

serveProcess(handlers);
