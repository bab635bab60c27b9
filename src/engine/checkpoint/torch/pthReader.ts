// Index of a PyTorch .pth file: the zip container of torch >= 1.6 and the older sequence of pickles. Values are read
// later, one tensor at a time, from the places found here (MODEL.md §1).
import { z } from 'zod';
import { EngineError } from '../../../shared/engineError.ts';
import { badFile, type ByteSource } from '../byteSource.ts';
import { PickleError, readPickle, type PickleRules } from './pickleMachine.ts';
import { dtypeBytes, type TensorEntry } from '../tensorEntry.ts';
import { readStateDict, type StateDict } from './torchPickle.ts';
import { pthMetadataRecord } from './writePth.ts';
import { readZipRecords, type ZipRecord } from './zipRecords.ts';

const maxPickleBytes = 64 * 1024 * 1024;
const maxMetadataBytes = 4 * 1024 * 1024;
const metadataSchema = z.record(z.string(), z.string());

/** Turns a refusal of the pickle reader into an error of this file. */
function refusing<T>(source: ByteSource, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof PickleError)
      throw badFile(source.path, thrown.message, 'Only plain weights are read: a state_dict saved by torch.save.');
    throw thrown;
  }
}

/** @param placeOf where a storage's bytes begin in the file */
function entriesOf({ tensors }: StateDict, placeOf: (key: string) => number): TensorEntry[] {
  return [...tensors].map(([name, { storage, offset, shape, strides }]) => ({
    name,
    dtype: storage.dtype,
    shape,
    strides,
    offset: placeOf(storage.key) + offset * dtypeBytes[storage.dtype],
  }));
}

async function readMetadata(source: ByteSource, record: ZipRecord | undefined): Promise<Record<string, string>> {
  if (!record) return {};
  if (record.size > maxMetadataBytes)
    throw badFile(source.path, `its ${pthMetadataRecord} claims ${record.size} bytes`);
  try {
    return metadataSchema.parse(
      JSON.parse((await source.read(record.offset, record.size, pthMetadataRecord)).toString('utf8')),
    );
  } catch (thrown) {
    throw EngineError.from(thrown).code === 'BAD_INPUT'
      ? thrown
      : badFile(source.path, `its ${pthMetadataRecord} is damaged`);
  }
}

/**
 * The zip container: `<folder>/data.pkl` and one record per storage under `<folder>/data/`; metadata where this project
 * wrote the file.
 */
export async function indexZipPth(
  source: ByteSource,
): Promise<{ entries: TensorEntry[]; metadata: Record<string, string> }> {
  const records = await readZipRecords(source);
  const pickles = [...records.keys()].filter((name) => name === 'data.pkl' || name.endsWith('/data.pkl'));
  const [pickleName] = pickles;
  if (pickleName === undefined || pickles.length > 1)
    throw badFile(source.path, 'is a zip file without the data.pkl of a PyTorch checkpoint');
  const folder = pickleName.slice(0, -'data.pkl'.length);
  const pickle = records.get(pickleName) as { offset: number; size: number };
  if (pickle.size > maxPickleBytes) throw badFile(source.path, `its data.pkl claims ${pickle.size} bytes`);
  const order = records.get(`${folder}byteorder`);
  if (
    order &&
    order.size < 64 &&
    (await source.read(order.offset, order.size, 'byteorder')).toString('latin1') !== 'little'
  ) {
    throw badFile(source.path, 'is written in big-endian byte order, which is not read');
  }
  const bytes = await source.read(pickle.offset, pickle.size, 'data.pkl');
  const dict = refusing(source, () => readStateDict(bytes));
  for (const { key, dtype, length } of dict.storages.values()) {
    const record = records.get(`${folder}data/${key}`);
    if (!record) throw badFile(source.path, `its storage ${key.slice(0, 100)} is missing`);
    if (record.size < length * dtypeBytes[dtype])
      throw badFile(
        source.path,
        `its storage ${key.slice(0, 100)} has ${record.size} bytes instead of ${length * dtypeBytes[dtype]}`,
      );
  }
  const entries = entriesOf(dict, (key) => (records.get(`${folder}data/${key}`) as { offset: number }).offset);
  return { entries, metadata: await readMetadata(source, records.get(`${folder}${pthMetadataRecord}`)) };
}

/** Plain values only: the header pickles of the old format name nothing. */
const plain: PickleRules = {
  globals: new Set(),
  reduce: (name) => {
    throw new PickleError(`it calls ${name}`);
  },
  persistent: () => {
    throw new PickleError('its header refers to a storage');
  },
};
/** 0x1950a86a20f9469cfc6c as a pickle: PROTO 2, LONG1 of ten bytes. */
export const legacyMagic = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');

/**
 * The format before torch 1.6: pickles of magic, version, system, state_dict and storage keys, then each storage with
 * its length.
 */
export async function indexLegacyPth(source: ByteSource): Promise<TensorEntry[]> {
  const head = await source.read(0, Math.min(source.size, maxPickleBytes), 'the pickled part');
  let at = legacyMagic.length;
  const next = <T>(read: (bytes: Uint8Array) => { length: number } & T): T =>
    refusing(source, () => {
      const result = read(head.subarray(at));
      at += result.length;
      return result;
    });
  const version = next((bytes) => readPickle(bytes, plain)).value;
  if (version !== 1001)
    throw badFile(
      source.path,
      `is written in version ${String(version).slice(0, 20)} of PyTorch's old format, 1001 is read`,
    );
  const system = next((bytes) => readPickle(bytes, plain)).value;
  if (system instanceof Map && system.get('little_endian') === false)
    throw badFile(source.path, 'is written in big-endian byte order, which is not read');
  const dict = next(readStateDict);
  const keys = next((bytes) => readPickle(bytes, plain)).value;
  if (!Array.isArray(keys)) throw badFile(source.path, 'its list of storages is damaged');
  const places = new Map<string, number>();
  for (const key of keys as unknown[]) {
    const storage = typeof key === 'string' && !places.has(key) ? dict.storages.get(key) : undefined;
    if (!storage) throw badFile(source.path, 'its list of storages does not fit its tensors');
    const length = (await source.read(at, 8, `the length of storage ${storage.key}`)).readBigInt64LE(0);
    if (length !== BigInt(storage.length))
      throw badFile(
        source.path,
        `its storage ${storage.key.slice(0, 100)} has ${length} values instead of ${storage.length}`,
      );
    places.set(storage.key, at + 8);
    at += 8 + storage.length * dtypeBytes[storage.dtype];
    source.check(at, 0, `the storage ${storage.key.slice(0, 100)}`);
  }
  const lacking = [...dict.storages.keys()].find((key) => !places.has(key));
  if (lacking !== undefined) throw badFile(source.path, `its storage ${lacking.slice(0, 100)} is missing`);
  return entriesOf(dict, (key) => places.get(key) as number);
}
