// NumPy's .npy format, version 1.0: little-endian float32 (and the integers we meet), C order.
import { EngineError } from '../engineError.ts';

export interface NpyArray {
  shape: number[];
  data: Float32Array;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** What comes before the values: magic, version, and a header padded to 64 bytes. */
export function npyHeader(type: '<f4' | '<i4', shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11, ' ')}\n`;
  return new Uint8Array([
    ...magic,
    1,
    0,
    header.length & 0xff,
    header.length >> 8,
    ...new TextEncoder().encode(header),
  ]);
}

/** @param shape its product must be the number of elements. */
export function encodeNpy(data: Float32Array | Int32Array, shape: readonly number[]): Uint8Array {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length)
    throw new EngineError(
      'INTERNAL',
      `an array of shape [${shape.join(', ')}] has ${count} elements, not ${data.length}`,
    );
  const header = npyHeader(data instanceof Int32Array ? '<i4' : '<f4', shape);
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return bytes;
}

const readers: Record<string, { width: number; read: (view: DataView, at: number, little: boolean) => number }> = {
  f2: { width: 2, read: (view, at, little) => view.getFloat16(at, little) },
  f4: { width: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { width: 8, read: (view, at, little) => view.getFloat64(at, little) },
  i2: { width: 2, read: (view, at, little) => view.getInt16(at, little) },
  i4: { width: 4, read: (view, at, little) => view.getInt32(at, little) },
  i8: { width: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  u1: { width: 1, read: (view, at) => view.getUint8(at) },
  b1: { width: 1, read: (view, at) => view.getUint8(at) },
};

/** Undoes Fortran order: the first index runs fastest there. */
function toCOrder(data: Float32Array, shape: readonly number[]): Float32Array {
  const out = new Float32Array(data.length);
  const index = shape.map(() => 0);
  for (let from = 0; from < data.length; from++) {
    let to = 0;
    for (const [axis, size] of shape.entries()) to = to * size + (index[axis] ?? 0);
    out[to] = data[from] ?? 0;
    for (let axis = 0; axis < shape.length; axis++) {
      const next = (index[axis] ?? 0) + 1;
      index[axis] = next < (shape[axis] ?? 0) ? next : 0;
      if (index[axis] !== 0) break;
    }
  }
  return out;
}

/**
 * Reads versions 1 to 3 and floats (half precision too), integers or booleans of either byte order, as float32.
 * @param name shown in errors. @throws BAD_INPUT for anything that is not such an array, or is cut short.
 */
export function decodeNpy(bytes: Uint8Array, name = 'array'): NpyArray {
  const bad = (why: string): EngineError =>
    new EngineError('BAD_INPUT', `${name} is not a readable .npy array: ${why}`, { path: name });
  if (bytes.length < 12 || magic.some((byte, k) => bytes[k] !== byte)) throw bad('it does not begin as one');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = bytes[6] ?? 0;
  if (major < 1 || major > 3) throw bad(`unknown version ${major}`);
  const headerAt = major === 1 ? 10 : 12;
  const start = headerAt + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > bytes.length) throw bad('its header is cut short');
  const header = new TextDecoder().decode(bytes.subarray(headerAt, start));
  const descr = /'descr'\s*:\s*'([<>|=]?)(\w\d+)'/.exec(header);
  const dims = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(header);
  if (!descr || !dims) throw bad('its header has no type or shape');
  const reader = Object.hasOwn(readers, descr[2] ?? '') ? readers[descr[2] ?? ''] : undefined;
  if (!reader) throw bad(`elements of type ${descr[2]} are not read; save it as float32`);
  const shape = (dims[1] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(count) || bytes.length - start < count * reader.width)
    throw bad(`shape [${shape.join(', ')}] needs ${count * reader.width} bytes, ${bytes.length - start} are there`);
  const little = descr[1] !== '>';
  const data = new Float32Array(count);
  for (let k = 0; k < count; k++) data[k] = reader.read(view, start + k * reader.width, little);
  return { shape, data: /'fortran_order'\s*:\s*True/.test(header) && shape.length > 1 ? toCOrder(data, shape) : data };
}
