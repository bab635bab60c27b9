// Weights → a .safetensors or .pth file of ours, with what the checkpoint says of itself in its metadata.
import { extname } from 'node:path';
import { encodeRecord, type CheckpointRecord } from './checkpointRecord.ts';
import { writePth } from './torch/writePth.ts';
import { writeSafetensors } from './writeSafetensors.ts';

export interface CheckpointToSave
  extends Pick<CheckpointRecord, 'kind' | 'config'>, Partial<Omit<CheckpointRecord, 'kind' | 'config'>> {
  /** Written in this order under these names. */
  tensors: Iterable<readonly [string, { shape: readonly number[]; data: Float32Array }]>;
  /** Half precision: half the size, values rounded to 11 significant bits. */
  half?: boolean;
  /** Further metadata: text by name. */
  metadata?: Record<string, string>;
}

/** @param path ending in .pth for a file that torch.load reads. @throws EngineError DISK_FULL and others; an existing file stays as it was */
export async function saveCheckpoint(path: string, checkpoint: CheckpointToSave): Promise<void> {
  const tensors = [...checkpoint.tensors].map(([name, { shape, data }]) => ({ name, shape, read: () => data }));
  const metadata = { ...encodeRecord(checkpoint), ...checkpoint.metadata };
  await (extname(path).toLowerCase() === '.pth'
    ? writePth(path, tensors, metadata, checkpoint.half)
    : writeSafetensors(path, tensors, metadata, checkpoint.half));
}
