// The compute worker: everything with tensors. A crash here loses nothing; the host starts it again.
import { eventHandlers } from './eventHandlers.ts';
import { trainingHandlers } from './trainingHandlers.ts';
import { inferenceHandlers } from './inferenceHandlers.ts';
import { modelHandlers } from './modelHandlers.ts';
import { serveProcess } from './serveProcess.ts';

const handlers = { ...modelHandlers, ...inferenceHandlers, ...trainingHandlers, ...eventHandlers };

export type ComputeHandlers = typeof handlers;

serveProcess(handlers);
