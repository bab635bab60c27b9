// Every record of a PyTorch zip file against the CRC written when it was saved: how a file without a published hash is
// verified.
import { crc32 } from 'node:zlib';
import { badFile, ByteSource } from '../byteSource.ts';
import { readZipRecords } from './zipRecords.ts';

const pieceBytes = 1 << 20;

/** @throws EngineError BAD_INPUT naming the record whose bytes are not those that were saved; files of other formats have nothing to verify */
export async function verifyRecords(path: string, signal?: AbortSignal): Promise<void> {
  const source = await ByteSource.open(path);
  try {
    if (source.size < 4 || (await source.read(0, 4, 'the beginning')).readUInt32LE() !== 0x04034b50) return;
    for (const [name, { offset, size, crc }] of await readZipRecords(source)) {
      let found = 0;
      for (let at = 0; at < size; at += pieceBytes) {
        signal?.throwIfAborted();
        found = crc32(await source.read(offset + at, Math.min(pieceBytes, size - at), `record ${name}`), found);
      }
      if (found !== crc)
        throw badFile(
          path,
          `record ${name} is damaged (CRC ${found.toString(16)} instead of ${crc.toString(16)})`,
          'Download or copy the file again.',
        );
    }
  } finally {
    await source.close();
  }
}
