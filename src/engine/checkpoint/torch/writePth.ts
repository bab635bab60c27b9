// A .pth file that torch.load reads: a zip of STORED records aligned to 64 bytes, keys with DataParallel's `module.`
// prefix as the reference loads them (MODEL.md §1).
import { crc32 } from 'node:zlib';
import { EngineError } from '../../../shared/engineError.ts';
import { float32ToHalf } from '../halfPrecision.ts';
import { streamToFile, type FileSink } from '../catalogue/streamToFile.ts';
import { pickleStateDict } from './torchPickleWriter.ts';
import type { TensorToWrite } from '../writeSafetensors.ts';

/** Beside the tensors, where torch.load does not look: what a .safetensors file keeps in its metadata. */
export const pthMetadataRecord = 'extra/cav-mae-studio.json';

const maxBytes = 0xfffffff0;
const align = 64;
/** 1980-01-01, the earliest a zip can say, so that equal weights give equal files. */
const zipDate = 33;

interface Written {
  name: Buffer;
  crc: number;
  size: number;
  at: number;
}

function header(
  signature: number,
  { name, crc, size }: Omit<Written, 'at'>,
  extraLength: number,
  central: number | null,
): Buffer {
  const bytes = Buffer.alloc(central === null ? 30 : 46);
  bytes.writeUInt32LE(signature, 0);
  const at = central === null ? 4 : 6;
  if (central !== null) bytes.writeUInt16LE(20, 4);
  bytes.writeUInt16LE(20, at);
  bytes.writeUInt16LE(zipDate, at + 8);
  bytes.writeUInt32LE(crc, at + 10);
  bytes.writeUInt32LE(size, at + 14);
  bytes.writeUInt32LE(size, at + 18);
  bytes.writeUInt16LE(name.length, at + 22);
  bytes.writeUInt16LE(extraLength, at + 24);
  if (central !== null) bytes.writeUInt32LE(central, 42);
  return bytes;
}

async function writeRecord(sink: FileSink, path: string, content: Uint8Array): Promise<Written> {
  const record = { name: Buffer.from(path), crc: crc32(content), size: content.length, at: sink.at };
  if (record.at + record.size > maxBytes)
    throw new EngineError('BAD_INPUT', 'the model is larger than 4 GB, which is not written as .pth', {
      hint: 'Export it as .safetensors.',
    });
  const plain = record.at + 30 + record.name.length;
  // torch pads with an extra field 'FB', so that storages can be mapped.
  const padding = (align - ((plain + 4) % align)) % align;
  const extra = Buffer.alloc(4 + padding, 'Z');
  extra.writeUInt16LE(0x4246, 0);
  extra.writeUInt16LE(padding, 2);
  await sink.write(Buffer.concat([header(0x04034b50, record, extra.length, null), record.name, extra]));
  await sink.write(content);
  return record;
}

/**
 * @param tensors names without `module.`
 * @param metadata configuration, classes, parent (see `checkpointRecord.ts`); torch.load gives the tensors alone
 * @throws EngineError BAD_INPUT beyond 4 GB; DISK_FULL and others, leaving an existing file as it was
 */
export async function writePth(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: Record<string, string> = {},
  half = false,
): Promise<void> {
  const pickle = pickleStateDict(
    tensors.map(({ name, shape }) => ({ name: `module.${name}`, shape })),
    half ? 'HalfStorage' : 'FloatStorage',
  );
  await streamToFile(path, async (sink) => {
    const records = [
      await writeRecord(sink, 'archive/data.pkl', pickle),
      await writeRecord(sink, 'archive/byteorder', Buffer.from('little')),
    ];
    for (const [i, tensor] of tensors.entries()) {
      const values = await tensor.read();
      const stored = half ? float32ToHalf(values) : values;
      records.push(
        await writeRecord(
          sink,
          `archive/data/${i}`,
          new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength),
        ),
      );
    }
    if (Object.keys(metadata).length > 0)
      records.push(await writeRecord(sink, `archive/${pthMetadataRecord}`, Buffer.from(JSON.stringify(metadata))));
    records.push(await writeRecord(sink, 'archive/version', Buffer.from('3\n')));
    const directoryAt = sink.at;
    const directory = Buffer.concat(
      records.flatMap((record) => [header(0x02014b50, record, 0, record.at), record.name]),
    );
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(records.length, 8);
    end.writeUInt16LE(records.length, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(directoryAt, 16);
    await sink.write(directory);
    await sink.write(end);
  });
}
