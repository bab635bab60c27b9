// Weights → a .safetensors file of ours, in single or half precision, streamed tensor by tensor.
import { encodeRecord, type CheckpointRecord } from './checkpointRecord.ts';
import { float32ToHalf } from './halfPrecision.ts';
import { streamToFile } from './streamToFile.ts';
import { sizeOf } from './tensorEntry.ts';

export interface CheckpointToSave extends Pick<CheckpointRecord, 'kind' | 'config'>, Partial<Omit<CheckpointRecord, 'kind' | 'config'>> {
  /** Written in this order under these names. */
  tensors: Iterable<[string, { shape: readonly number[]; data: Float32Array }]>;
  /** Half precision: half the size, values rounded to 11 significant bits. */
  half?: boolean;
  /** Further metadata: text by name. */
  metadata?: Record<string, string>;
}

/** @throws EngineError DISK_FULL and others; an existing file stays as it was */
export async function saveCheckpoint(path: string, checkpoint: CheckpointToSave): Promise<void> {
  const { half = false, metadata = {} } = checkpoint;
  const tensors = [...checkpoint.tensors];
  const header: Record<string, unknown> = { __metadata__: { ...encodeRecord(checkpoint), ...metadata } };
  let offset = 0;
  for (const [name, { shape }] of tensors) {
    const bytes = sizeOf(shape) * (half ? 2 : 4);
    header[name] = { dtype: half ? 'F16' : 'F32', shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  const json = Buffer.from(JSON.stringify(header));
  const start = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  start.writeBigUInt64LE(BigInt(start.length - 8));
  json.copy(start, 8);
  await streamToFile(path, async (sink) => {
    await sink.write(start);
    for (const [, { data }] of tensors) {
      const values = half ? float32ToHalf(data) : data;
      await sink.write(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  });
}
