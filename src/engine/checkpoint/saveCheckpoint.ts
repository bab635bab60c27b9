// Weights → a .safetensors file of ours, with what the checkpoint says of itself in its metadata.
import { encodeRecord, type CheckpointRecord } from './checkpointRecord.ts';
import { writeSafetensors } from './writeSafetensors.ts';

export interface CheckpointToSave extends Pick<CheckpointRecord, 'kind' | 'config'>, Partial<Omit<CheckpointRecord, 'kind' | 'config'>> {
  /** Written in this order under these names. */
  tensors: Iterable<readonly [string, { shape: readonly number[]; data: Float32Array }]>;
  /** Half precision: half the size, values rounded to 11 significant bits. */
  half?: boolean;
  /** Further metadata: text by name. */
  metadata?: Record<string, string>;
}

/** @throws EngineError DISK_FULL and others; an existing file stays as it was */
export async function saveCheckpoint(path: string, checkpoint: CheckpointToSave): Promise<void> {
  const tensors = [...checkpoint.tensors].map(([name, { shape, data }]) => ({ name, shape, read: () => data }));
  await writeSafetensors(path, tensors, { ...encodeRecord(checkpoint), ...checkpoint.metadata }, checkpoint.half);
}
