// What is in a checkpoint file, and its conversion: for the command line, which imports no engine room itself.
import { convertCheckpoint } from '../../checkpoint/convertCheckpoint.ts';
import { inspectCheckpoint, type CheckpointContents } from '../../checkpoint/inspectCheckpoint.ts';

export { convertCheckpoint, inspectCheckpoint, type CheckpointContents };
