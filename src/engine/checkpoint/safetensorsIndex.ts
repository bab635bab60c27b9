// Index of a .safetensors file of any size: 8-byte header length, JSON header, raw little-endian data. `shared/wire`
// has the same format in memory.
import { z } from 'zod';
import { badFile, type ByteSource } from './byteSource.ts';
import { dtypeBytes, sizeOf, type Dtype, type TensorEntry } from './tensorEntry.ts';

/** The format's own limit. */
const maxHeaderBytes = 100_000_000;

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().min(0)).max(16),
  data_offsets: z.tuple([z.number().int().min(0), z.number().int().min(0)]),
});
const metadataSchema = z.record(z.string(), z.string());

/** @throws EngineError BAD_INPUT naming the tensor that does not fit */
export async function indexSafetensors(
  source: ByteSource,
): Promise<{ entries: TensorEntry[]; metadata: Record<string, string> }> {
  const { path } = source;
  const length = Number((await source.read(0, 8, 'the header length')).readBigUInt64LE(0));
  if (length > maxHeaderBytes || 8 + length > source.size)
    throw badFile(
      path,
      `its header claims ${length} bytes in a file of ${source.size}; the file is truncated or no safetensors file`,
    );
  let header: Record<string, unknown>;
  try {
    header = JSON.parse((await source.read(8, length, 'the header')).toString('utf8')) as Record<string, unknown>;
  } catch (thrown) {
    throw badFile(path, `its header is no JSON: ${(thrown as Error).message.slice(0, 200)}`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw badFile(path, 'its header is no JSON object');
  const metadata = metadataSchema.safeParse(header.__metadata__ ?? {});
  if (!metadata.success) throw badFile(path, 'its metadata holds something that is no text');
  const entries: (TensorEntry & { end: number })[] = [];
  const start = 8 + length;
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const what = `tensor ${name.slice(0, 200)}`;
    const parsed = entrySchema.safeParse(value);
    if (!parsed.success)
      throw badFile(path, `${what} has a damaged description: ${z.prettifyError(parsed.error).slice(0, 300)}`);
    const {
      dtype,
      shape,
      data_offsets: [from, to],
    } = parsed.data;
    if (!Object.hasOwn(dtypeBytes, dtype))
      throw badFile(
        path,
        `${what} has type ${dtype.slice(0, 40)}, which is not read`,
        `Types read: ${Object.keys(dtypeBytes).join(', ')}.`,
      );
    const bytes = sizeOf(shape) * dtypeBytes[dtype as Dtype];
    if (to - from !== bytes)
      throw badFile(path, `${what} of shape [${shape.join(', ')}] needs ${bytes} bytes, ${to - from} are given`);
    source.check(start + from, bytes, what);
    entries.push({ name, dtype: dtype as Dtype, shape, strides: null, offset: start + from, end: start + to });
  }
  const byPlace = [...entries].sort((a, b) => a.offset - b.offset || a.end - b.end);
  for (let i = 1; i < byPlace.length; i++) {
    const [before, after] = [byPlace[i - 1], byPlace[i]] as [(typeof byPlace)[number], (typeof byPlace)[number]];
    if (after.offset < before.end)
      throw badFile(path, `the tensors ${before.name.slice(0, 200)} and ${after.name.slice(0, 200)} overlap`);
  }
  return {
    entries: entries.map(({ name, dtype, shape, strides, offset }) => ({ name, dtype, shape, strides, offset })),
    metadata: metadata.data,
  };
}
