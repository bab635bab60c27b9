// The header of a cached input file, read only where the file is as long as the header says: a torn write is made again, not read.
import { open } from 'node:fs/promises';
import { z } from 'zod';

const headBytes = 8192;
const schema = z.intersection(
  z.object({ __metadata__: z.record(z.string(), z.string()) }),
  z.record(z.string(), z.unknown()),
);
const tensor = z.object({ data_offsets: z.tuple([z.number(), z.number()]) });

export interface InputHeader {
  metadata: Record<string, string>;
  tensors: string[];
}

/** Metadata of an input that was made for CAV-MAE Sync, also where the medium has no pictures to give it. */
export const alignedMark = 'alignedFrames';

export const holdsAligned = ({ metadata }: InputHeader): boolean => metadata[alignedMark] !== undefined;

/** Null where there is no whole input file of that name. */
export async function readInputHeader(inputPath: string): Promise<InputHeader | null> {
  try {
    await using file = await open(inputPath, 'r');
    const head = Buffer.alloc(headBytes);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    if (bytesRead < 8) return null;
    const length = Number(head.readBigUInt64LE(0));
    if (bytesRead < 8 + length) return null;
    const { __metadata__: metadata, ...entries } = schema.parse(JSON.parse(head.toString('utf8', 8, 8 + length)));
    const end = Math.max(0, ...Object.values(entries).map((entry) => tensor.parse(entry).data_offsets[1]));
    const { size } = await file.stat();
    return size === 8 + length + end ? { metadata, tensors: Object.keys(entries) } : null;
  } catch {
    return null;
  }
}
