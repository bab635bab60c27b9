// A .safetensors file written tensor by tensor, so that memory holds one tensor at a time.
import { float32ToHalf } from './halfPrecision.ts';
import { streamToFile } from './catalogue/streamToFile.ts';
import { sizeOf } from './tensorEntry.ts';

/** A tensor that is fetched when its turn comes. */
export interface TensorToWrite {
  name: string;
  shape: readonly number[];
  read(): Float32Array | Promise<Float32Array>;
}

const bytesOf = (values: Float32Array, half: boolean): Uint8Array => {
  const stored = half ? float32ToHalf(values) : values;
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
};

/**
 * @param half F16 instead of F32: half the size, 11 significant bits
 * @throws EngineError DISK_FULL and others; an existing file stays as it was
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: Record<string, string>,
  half = false,
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape } of tensors) {
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
    for (const tensor of tensors) await sink.write(bytesOf(await tensor.read(), half));
  });
}
