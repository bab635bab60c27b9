// Zip files made to exhaust memory, or that are no PyTorch file.
import { writeFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../../src/engine/checkpoint/openCheckpoint.ts';
import { temporaryFolder } from '../smallCheckpoint.ts';

const at = temporaryFolder();
const open = async (bytes: Uint8Array): Promise<void> => {
  writeFileSync(at('file.pth'), bytes);
  await (await openCheckpoint(at('file.pth'))).source.close();
};

describe('zip files', () => {
  it('a compressed record is refused before anything is unpacked', async () => {
    await expect(open(zipSync({ 'a/data.pkl': new Uint8Array(50_000_000) }, { level: 9 }))).rejects.toThrow(
      /a\/data.pkl is compressed \(to \d+ of 50000000 bytes\)/,
    );
  });

  it('records that claim the same bytes are refused', async () => {
    const bytes = Buffer.from(zipSync({ 'a/x': new Uint8Array(1000), 'a/y': new Uint8Array(1000) }, { level: 0 }));
    // Both directory entries point to the first record; and once more each, so that the sum exceeds the file.
    const first = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
    const entry = bytes.subarray(first, first + 49);
    const many = Array.from({ length: 40 }, (_, i) => {
      const copy = Buffer.from(entry);
      copy.write(String.fromCharCode(65 + i), 48);
      return copy;
    });
    const tail = Buffer.from(bytes.subarray(end));
    tail.writeUInt16LE(40, 10);
    tail.writeUInt32LE(40 * 49, 12);
    await expect(open(Buffer.concat([bytes.subarray(0, first), ...many, tail]))).rejects.toThrow('overlap');
  });

  it('an absurd directory is refused', async () => {
    const bytes = Buffer.from(zipSync({ 'a/x': new Uint8Array(10) }, { level: 0 }));
    const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
    bytes.writeUInt32LE(0xfffffff0, end + 12);
    await expect(open(bytes)).rejects.toThrow('claims 4294967280 bytes');
  });

  it('a zip of something else is told from a checkpoint', async () => {
    await expect(open(zipSync({ 'hello.txt': new Uint8Array(10) }, { level: 0 }))).rejects.toThrow(
      'without the data.pkl',
    );
    await expect(
      open(zipSync({ 'a/data.pkl': Buffer.from('\x80\x02cos\nsystem\n.', 'latin1') }, { level: 0 })),
    ).rejects.toThrow('os.system');
  });
});
