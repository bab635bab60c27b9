// Where a tensor lies in a checkpoint file, for inspection and for reading.
import { EngineError } from '../../shared/engineError.ts';
import { badFile, type ByteSource } from './byteSource.ts';
import { bfloat16ToFloat32, halfToFloat32 } from './halfPrecision.ts';

/** Names as safetensors writes them. */
export type Dtype = 'F32' | 'F16' | 'BF16' | 'F64' | 'I64' | 'I32' | 'I16' | 'I8' | 'U8' | 'BOOL';

export const dtypeBytes: Record<Dtype, number> = {
  F32: 4,
  F16: 2,
  BF16: 2,
  F64: 8,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

export interface TensorEntry {
  name: string;
  dtype: Dtype;
  shape: number[];
  /** Of the tensor's first element, in bytes from the start of the file. */
  offset: number;
  /** In elements; null: row-major without gaps. */
  strides: number[] | null;
}

export interface NamedTensor {
  shape: number[];
  data: Float32Array;
}
/** Keys are the reference's, without `module.`, in the file's order. */
export type TensorMap = Map<string, NamedTensor>;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Row-major strides in elements. */
export function contiguousStrides(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis] as number;
  }
  return strides;
}

/** Elements from the first to the last one touched, inclusive. */
export const spanOf = (shape: readonly number[], strides: readonly number[]): number =>
  sizeOf(shape) === 0 ? 0 : shape.reduce((span, size, axis) => span + (size - 1) * (strides[axis] as number), 1);

function toFloat32(bytes: ArrayBuffer, dtype: Dtype): Float32Array {
  switch (dtype) {
    case 'F32':
      return new Float32Array(bytes);
    case 'F16':
      return halfToFloat32(new Uint16Array(bytes));
    case 'BF16':
      return bfloat16ToFloat32(new Uint16Array(bytes));
    case 'F64':
      return Float32Array.from(new Float64Array(bytes));
    case 'I64':
      return Float32Array.from(new BigInt64Array(bytes), Number);
    case 'I32':
      return Float32Array.from(new Int32Array(bytes));
    case 'I16':
      return Float32Array.from(new Int16Array(bytes));
    case 'I8':
      return Float32Array.from(new Int8Array(bytes));
    case 'U8':
    case 'BOOL':
      return Float32Array.from(new Uint8Array(bytes));
  }
}

/** Copies a strided view out of its span. */
function gather(span: Float32Array, shape: readonly number[], strides: readonly number[]): Float32Array {
  const out = new Float32Array(sizeOf(shape));
  const index = shape.map(() => 0);
  for (let i = 0, at = 0; i < out.length; i++) {
    out[i] = span[at] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      at -= (shape[axis] as number) * (strides[axis] as number);
      index[axis] = 0;
    }
  }
  return out;
}

/** Reads one tensor as float32, taking memory for this tensor only. */
export async function readTensor(source: ByteSource, entry: TensorEntry): Promise<NamedTensor> {
  const { name, dtype, shape, offset } = entry;
  const strides = entry.strides ?? contiguousStrides(shape);
  const length = spanOf(shape, strides) * dtypeBytes[dtype];
  source.check(offset, length, `tensor ${name}`);
  let bytes: ArrayBuffer;
  try {
    bytes = new ArrayBuffer(length);
  } catch (thrown) {
    throw new EngineError(
      'OUT_OF_MEMORY',
      `no memory for tensor ${name} of ${length} bytes`,
      { path: source.path, field: name },
      thrown,
    );
  }
  await source.readInto(new Uint8Array(bytes), offset, `tensor ${name}`);
  const span = toFloat32(bytes, dtype);
  return { shape, data: entry.strides ? gather(span, shape, strides) : span };
}

/**
 * Refuses what no honest file holds: tensors that together take far more bytes than the file has (many views of one
 * storage), and names that occur twice.
 */
export function checkEntries(source: ByteSource, entries: readonly TensorEntry[]): void {
  const names = new Set<string>();
  let total = 0;
  for (const { name, dtype, shape } of entries) {
    if (names.has(name)) throw badFile(source.path, `holds two tensors named ${name}`);
    names.add(name);
    total += sizeOf(shape) * dtypeBytes[dtype];
  }
  // Tied weights may share storage, so twice the file is let through.
  if (total > 2 * source.size)
    throw badFile(
      source.path,
      `its tensors would take ${total} bytes, the file has ${source.size}`,
      'This file was made to exhaust memory. Do not use it.',
    );
}
