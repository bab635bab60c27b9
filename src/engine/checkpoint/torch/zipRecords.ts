// The records of a PyTorch zip file: central directory, ZIP64 included, STORED records only, so there is nothing to
// unpack and nothing that could grow. (PKWARE APPNOTE 4.3; torch writes every record uncompressed.)
import { badFile, type ByteSource } from '../byteSource.ts';

export interface ZipRecord {
  offset: number;
  size: number;
  crc: number;
}

const maxDirectoryBytes = 64 * 1024 * 1024;

/** A ZIP64 length: refused when JavaScript cannot count that far, as no file is that long. */
function long(source: ByteSource, bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw badFile(source.path, 'its zip directory holds absurd lengths');
  return Number(value);
}

async function directory(source: ByteSource): Promise<{ bytes: Buffer; count: number }> {
  const tailLength = Math.min(source.size, 65_557);
  const tailAt = source.size - tailLength;
  const tail = await source.read(tailAt, tailLength, 'the end of the zip directory');
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (at < 0 || at + 22 > tail.length)
    throw badFile(
      source.path,
      'its zip directory is missing; the file is truncated',
      'Copy or download the file again.',
    );
  let [count, size, offset] = [tail.readUInt16LE(at + 10), tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  const locator = at - 20;
  if (locator >= 0 && tail.readUInt32LE(locator) === 0x07064b50) {
    const end = await source.read(long(source, tail, locator + 8), 56, 'the ZIP64 end record');
    if (end.readUInt32LE(0) !== 0x06064b50) throw badFile(source.path, 'its ZIP64 end record is damaged');
    [count, size, offset] = [long(source, end, 32), long(source, end, 40), long(source, end, 48)];
  }
  if (size > maxDirectoryBytes) throw badFile(source.path, `its zip directory claims ${size} bytes`);
  return { bytes: await source.read(offset, size, 'the zip directory'), count };
}

/** ZIP64 extra field: the 64-bit values of those fields that are 0xffffffff, in the order size, packed size, offset. */
function extended(source: ByteSource, extra: Buffer, fields: number[]): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let value = at + 4;
    return fields.map((field) => {
      if (field !== 0xffffffff) return field;
      if (value + 8 > extra.length) throw badFile(source.path, 'its zip directory is damaged');
      value += 8;
      return long(source, extra, value - 8);
    });
  }
  return fields;
}

/**
 * All records by name, with the place of their bytes.
 * @throws EngineError BAD_INPUT for truncation, compression, encryption, records that overlap or lie outside the file
 */
export async function readZipRecords(source: ByteSource): Promise<Map<string, ZipRecord>> {
  const { bytes, count } = await directory(source);
  const records = new Map<string, ZipRecord>();
  let total = 0;
  for (let i = 0, at = 0; i < count; i++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50)
      throw badFile(source.path, `its zip directory ends after ${i} of ${count} records`);
    const [flags, method, nameLength, extraLength, commentLength] = [8, 10, 28, 30, 32].map((field) =>
      bytes.readUInt16LE(at + field),
    ) as [number, number, number, number, number];
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const extra = bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const [size, packed, local] = extended(
      source,
      extra,
      [24, 20, 42].map((field) => bytes.readUInt32LE(at + field)),
    ) as [number, number, number];
    if (method !== 0 || size !== packed)
      throw badFile(
        source.path,
        `record ${name} is compressed (to ${packed} of ${size} bytes); PyTorch never compresses`,
        'A zip that is not a checkpoint, or one made to exhaust memory.',
      );
    if (flags & 1) throw badFile(source.path, `record ${name} is encrypted`);
    if (records.has(name)) throw badFile(source.path, `holds two records named ${name}`);
    const header = await source.read(local, 30, `the header of record ${name}`);
    if (header.readUInt32LE(0) !== 0x04034b50)
      throw badFile(source.path, `record ${name} has no header; the file is damaged`);
    const offset = local + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    source.check(offset, size, `record ${name}`);
    total += size;
    if (total > source.size)
      throw badFile(source.path, 'its zip records overlap', 'This file was made to exhaust memory. Do not use it.');
    records.set(name, { offset, size, crc: bytes.readUInt32LE(at + 16) });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return records;
}
