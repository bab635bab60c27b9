// The safetensors container (https://github.com/huggingface/safetensors): 8-byte header length, JSON header, raw
// little-endian data. In memory; `engine/checkpoint` streams files of any size in the same format.

export type TensorData = Float32Array | Int32Array | Uint8Array | Uint16Array;
export interface Tensor {
  shape: number[];
  data: TensorData;
}
export interface TensorFile {
  tensors: Record<string, Tensor>;
  metadata: Record<string, string>;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const dtypeOf = (data: TensorData): string =>
  data instanceof Float32Array ? 'F32' : data instanceof Int32Array ? 'I32' : data instanceof Uint8Array ? 'U8' : 'F16';

const makers = {
  F32: (b: ArrayBuffer) => new Float32Array(b),
  I32: (b: ArrayBuffer) => new Int32Array(b),
  U8: (b: ArrayBuffer) => new Uint8Array(b),
  F16: (b: ArrayBuffer) => new Uint16Array(b),
  BF16: (b: ArrayBuffer) => new Uint16Array(b),
} as const;

/** Encodes tensors; half precision travels as its raw bits in a Uint16Array. */
export function encodeSafetensors(
  tensors: Record<string, Tensor>,
  metadata: Record<string, string> = {},
): Uint8Array<ArrayBuffer> {
  const header: Record<string, HeaderEntry | Record<string, string>> = {};
  if (Object.keys(metadata).length) header.__metadata__ = metadata;
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const out = new Uint8Array(8 + padded + offset);
  new DataView(out.buffer).setBigUint64(0, BigInt(padded), true);
  out.fill(0x20, 8, 8 + padded).set(json, 8);
  let at = 8 + padded;
  for (const { data } of Object.values(tensors)) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return out;
}

/** Decodes a whole file. Throws a plain Error naming what is wrong when bytes do not fit the format. */
export function decodeSafetensors(bytes: Uint8Array): TensorFile {
  if (bytes.length < 8) throw new Error('not safetensors: shorter than its header length');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > bytes.length - 8)
    throw new Error(`not safetensors: header of ${length} bytes in a file of ${bytes.length}`);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, HeaderEntry>;
  const file: TensorFile = { tensors: {}, metadata: {} };
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      file.metadata = entry as unknown as Record<string, string>;
      continue;
    }
    const [from, to] = entry.data_offsets;
    const make = makers[entry.dtype as keyof typeof makers];
    if (!make) throw new Error(`tensor ${name} has dtype ${entry.dtype}, which is not supported`);
    if (from < 0 || to < from || 8 + length + to > bytes.length)
      throw new Error(`tensor ${name} lies outside the file`);
    // A Buffer's own `slice` would share its pool instead of copying.
    const data = make(Uint8Array.prototype.slice.call(bytes, 8 + length + from, 8 + length + to).buffer);
    const size = entry.shape.reduce((n, d) => n * d, 1);
    if (data.length !== size)
      throw new Error(
        `tensor ${name} holds ${data.length} values, its shape [${entry.shape.join(', ')}] asks for ${size}`,
      );
    file.tensors[name] = { shape: entry.shape, data };
  }
  return file;
}
