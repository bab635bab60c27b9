// Values of .pth files in every number type, through views and from the files of GPUs.
import { readFileSync, writeFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../src/engine/checkpoint/openCheckpoint.ts';
import { readTensor } from '../../../../src/engine/checkpoint/tensorEntry.ts';
import { writePth } from '../../../../src/engine/checkpoint/torch/writePth.ts';
import { temporaryFolder } from './smallCheckpoint.ts';

const at = temporaryFolder();
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A .pth with one tensor `w` of six values in storage 0, as torch.save writes it. */
function pth(
  type: string,
  bytes: Uint8Array,
  { shape = 'K\x06', strides = 'K\x01', offset = 0, length = 6, device = 'cuda:0' } = {},
): void {
  const pickle = `\x80\x02}X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\n${type}\nX\x01\x00\x00\x000X${String.fromCharCode(device.length)}\x00\x00\x00${device}K${String.fromCharCode(length)}tQK${String.fromCharCode(offset)}(${shape}t(${strides}t\x89}tRs.`;
  writeFileSync(
    at('w.pth'),
    zipSync(
      { 'anything/data.pkl': latin(pickle), 'anything/data/0': bytes, 'anything/version': latin('3\n') },
      { level: 0 },
    ),
  );
}

async function valuesOf(path: string): Promise<{ shape: number[]; values: number[] }> {
  const {
    source,
    entries: [entry],
  } = await openCheckpoint(path);
  try {
    const { shape, data } = await readTensor(source, entry!);
    return { shape, values: [...data] };
  } finally {
    await source.close();
  }
}
const bytesOf = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
const six = [0, 1, 2, 3, 4, 5];

describe('number types', () => {
  it.each<[string, ArrayBufferView]>([
    ['FloatStorage', Float32Array.from(six)],
    ['DoubleStorage', Float64Array.from(six)],
    ['HalfStorage', Uint16Array.of(0, 0x3c00, 0x4000, 0x4200, 0x4400, 0x4500)],
    ['BFloat16Storage', Uint16Array.of(0, 0x3f80, 0x4000, 0x4040, 0x4080, 0x40a0)],
    ['LongStorage', BigInt64Array.from(six, BigInt)],
    ['IntStorage', Int32Array.from(six)],
    ['ShortStorage', Int16Array.from(six)],
    ['CharStorage', Int8Array.from(six)],
    ['ByteStorage', Uint8Array.from(six)],
  ])('%s', async (type, values) => {
    pth(type, bytesOf(values));
    expect(await valuesOf(at('w.pth'))).toEqual({ shape: [6], values: six });
  });

  it('a type nobody knows is refused by name', async () => {
    pth('QuantStorage', bytesOf(Float32Array.from(six)));
    await expect(openCheckpoint(at('w.pth'))).rejects.toThrow('torch.QuantStorage');
  });
});

describe('views', () => {
  it('a transposed tensor is read in its own order, a slice from its own place', async () => {
    pth('FloatStorage', bytesOf(Float32Array.from(six)), { shape: 'K\x03K\x02', strides: 'K\x01K\x03' });
    expect(await valuesOf(at('w.pth'))).toEqual({ shape: [3, 2], values: [0, 3, 1, 4, 2, 5] });
    pth('FloatStorage', bytesOf(Float32Array.from(six)), { shape: 'K\x02', strides: 'K\x02', offset: 2 });
    expect(await valuesOf(at('w.pth'))).toEqual({ shape: [2], values: [2, 4] });
  });

  it('a storage shorter than it says is refused', async () => {
    pth('FloatStorage', bytesOf(Float32Array.from(six.slice(1))));
    await expect(openCheckpoint(at('w.pth'))).rejects.toThrow('its storage 0 has 20 bytes instead of 24');
  });
});

describe('writePth', () => {
  it('in half precision gives HalfStorage, aligned to 64 bytes', async () => {
    await writePth(at('half.pth'), [{ name: 'w', shape: [2, 3], read: () => Float32Array.from(six) }], {}, true);
    expect(await valuesOf(at('half.pth'))).toEqual({ shape: [2, 3], values: six });
    const { source, entries } = await openCheckpoint(at('half.pth'));
    await source.close();
    expect(entries[0]).toMatchObject({ name: 'w', dtype: 'F16' });
    expect(entries[0]!.offset % 64).toBe(0);
    expect(readFileSync(at('half.pth')).includes('module.w')).toBe(true);
  });
});
