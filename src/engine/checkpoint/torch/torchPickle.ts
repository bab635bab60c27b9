// What a PyTorch state_dict may name in its pickle: OrderedDict, rebuilt tensors and storages. Nothing of it is ever
// called; it becomes a description of where each tensor's values lie.
import {
  PickleError,
  PickleGlobal,
  PickleTuple,
  readPickle,
  type PickleDict,
  type PickleRules,
} from './pickleMachine.ts';
import { contiguousStrides, sizeOf, spanOf, type Dtype } from '../tensorEntry.ts';

const storageDtypes: Record<string, Dtype> = {
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.DoubleStorage': 'F64',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
};
const globals = new Set([
  ...Object.keys(storageDtypes),
  'collections.OrderedDict',
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_parameter',
  'torch.Size',
]);

export class Storage {
  readonly key: string;
  readonly dtype: Dtype;
  readonly length: number;
  constructor(key: string, dtype: Dtype, length: number) {
    this.key = key;
    this.dtype = dtype;
    this.length = length;
  }
}

export class StoredTensor {
  readonly storage: Storage;
  /** In elements. */
  readonly offset: number;
  readonly shape: number[];
  readonly strides: number[] | null;
  constructor(storage: Storage, offset: number, shape: number[], strides: number[] | null) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

function counts(value: unknown, what: string): number[] {
  const items = value instanceof PickleTuple ? value.items : value;
  if (!Array.isArray(items) || items.length > 16 || !items.every(isCount))
    throw new PickleError(`a tensor's ${what} is no list of whole numbers`);
  return [...items];
}

function rebuildTensor([storage, offset, size, stride]: readonly unknown[]): StoredTensor {
  if (!(storage instanceof Storage) || !isCount(offset)) throw new PickleError('a tensor has no storage');
  const shape = counts(size, 'shape');
  const strides = counts(stride, 'strides');
  if (shape.length !== strides.length)
    throw new PickleError(`a tensor of shape [${shape.join(', ')}] has ${strides.length} strides`);
  const span = spanOf(shape, strides);
  if (!Number.isSafeInteger(sizeOf(shape)) || offset + span > storage.length || sizeOf(shape) > storage.length) {
    throw new PickleError(
      `a tensor of shape [${shape.join(', ')}] asks for more than the ${storage.length} values of its storage`,
    );
  }
  const expected = contiguousStrides(shape);
  const contiguous = shape.every((length, axis) => length === 1 || strides[axis] === expected[axis]);
  return new StoredTensor(storage, offset, shape, contiguous ? null : strides);
}

function orderedDict(args: readonly unknown[]): PickleDict {
  const dict: PickleDict = new Map();
  for (const pair of (args[0] ?? []) as unknown[]) {
    const items = pair instanceof PickleTuple ? pair.items : pair;
    if (!Array.isArray(items) || items.length !== 2)
      throw new PickleError('its pickle is damaged: an OrderedDict of no pairs');
    dict.set(items[0], items[1]);
  }
  return dict;
}

/** Rules for a state_dict. Every storage met is put into `storages` by its key. */
function rules(storages: Map<string, Storage>): PickleRules {
  return {
    globals,
    reduce(name, args) {
      if (name === 'collections.OrderedDict') {
        if (args.length > 1 || (args.length === 1 && !Array.isArray(args[0])))
          throw new PickleError('its pickle is damaged: an OrderedDict of no pairs');
        return orderedDict(args);
      }
      if (name === 'torch._utils._rebuild_tensor_v2') return rebuildTensor(args);
      if (name === 'torch._utils._rebuild_parameter' && args[0] instanceof StoredTensor) return args[0];
      if (name === 'torch.Size') return args[0];
      throw new PickleError(`its pickle calls ${name}, which is no function weights need`);
    },
    persistent(id) {
      const [kind, type, key, , length, view] = id instanceof PickleTuple ? id.items : [];
      const dtype = type instanceof PickleGlobal ? storageDtypes[type.name] : undefined;
      if (kind !== 'storage' || !dtype || typeof key !== 'string' || !isCount(length))
        throw new PickleError('its pickle refers to something that is no tensor storage');
      if (view !== undefined && view !== null)
        throw new PickleError('its storages are views of each other, a form of very old files that is not read');
      const known = storages.get(key);
      if (known) return known;
      const storage = new Storage(key, dtype, length);
      storages.set(key, storage);
      return storage;
    },
  };
}

export interface StateDict {
  tensors: Map<string, StoredTensor>;
  storages: Map<string, Storage>;
  length: number;
}

/** One of these keys may hold the state_dict where training files wrap it. */
const wrappers = ['model', 'state_dict'];

/** @throws PickleError when the pickle holds anything but named tensors */
export function readStateDict(bytes: Uint8Array): StateDict {
  const storages = new Map<string, Storage>();
  const { value, length } = readPickle(bytes, rules(storages));
  let dict = value;
  for (const key of wrappers) {
    const inner = dict instanceof Map ? (dict.get(key) as unknown) : undefined;
    if (inner instanceof Map) dict = inner;
  }
  if (!(dict instanceof Map)) throw new PickleError('it holds no dictionary of tensors');
  const tensors = new Map<string, StoredTensor>();
  for (const [name, tensor] of dict) {
    if (typeof name !== 'string') throw new PickleError('a tensor has a name that is no text');
    if (!(tensor instanceof StoredTensor))
      throw new PickleError(`its entry ${JSON.stringify(name).slice(0, 200)} is no tensor`);
    tensors.set(name, tensor);
  }
  return { tensors, storages, length };
}
