// Opens a checkpoint file of any format we read: the places of its tensors and its metadata. The bytes decide the
// format, not the name.
import { badFile, ByteSource } from './byteSource.ts';
import { indexLegacyPth, indexZipPth, legacyMagic } from './torch/pthReader.ts';
import { indexSafetensors } from './safetensorsIndex.ts';
import { checkEntries, type TensorEntry } from './tensorEntry.ts';

export type CheckpointFormat = 'pth' | 'pth-legacy' | 'safetensors';

export interface OpenCheckpoint {
  source: ByteSource;
  format: CheckpointFormat;
  /** Names as the model has them: DataParallel's `module.` is taken off. */
  entries: TensorEntry[];
  metadata: Record<string, string>;
}

async function indexOf(source: ByteSource): Promise<Omit<OpenCheckpoint, 'source'>> {
  const head = await source.read(0, Math.min(source.size, 16), 'the beginning');
  if (head.length < 8) throw badFile(source.path, `has ${head.length} bytes and is no checkpoint`);
  if (head.readUInt32LE(0) === 0x04034b50) return { format: 'pth', ...(await indexZipPth(source)) };
  if (head.subarray(0, legacyMagic.length).equals(legacyMagic))
    return { format: 'pth-legacy', entries: await indexLegacyPth(source), metadata: {} };
  if (head[8] === 0x7b) return { format: 'safetensors', ...(await indexSafetensors(source)) };
  throw badFile(source.path, 'is neither a PyTorch file (.pth) nor a .safetensors file');
}

/**
 * Opens a checkpoint without reading any values. Close `source` when done.
 * @throws EngineError NOT_FOUND, or BAD_INPUT naming what is damaged or refused
 */
export async function openCheckpoint(path: string): Promise<OpenCheckpoint> {
  const source = await ByteSource.open(path);
  try {
    const { format, entries, metadata } = await indexOf(source);
    const prefixed = entries.length > 0 && entries.every(({ name }) => name.startsWith('module.'));
    const named = prefixed ? entries.map((entry) => ({ ...entry, name: entry.name.slice('module.'.length) })) : entries;
    checkEntries(source, named);
    return { source, format, entries: named, metadata };
  } catch (thrown) {
    await source.close();
    throw thrown;
  }
}
