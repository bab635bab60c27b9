// What the pickle reader refuses, and that it names it. The bytes are what Python's pickle writes.
import { describe, expect, it } from 'vitest';
import { readStateDict } from '../../../../../src/engine/checkpoint/torch/torchPickle.ts';
import { pickleStateDict } from '../../../../../src/engine/checkpoint/torch/torchPickleWriter.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const read = (text: string) => () => readStateDict(bytes(text));

describe('a pickle that wants more than weights', () => {
  it.each([
    ['os.system by REDUCE', '\x80\x02cposix\nsystem\nX\x02\x00\x00\x00id\x85R.', 'posix.system'],
    ['nt.system', '\x80\x02cnt\nsystem\n.', 'nt.system'],
    ['eval', '\x80\x02c__builtin__\neval\n.', 'builtins.eval'],
    ['a global from the stack', '\x80\x04\x8c\x08builtins\x8c\x04exec\x93.', 'builtins.exec'],
    ['a class of torch that loads code', '\x80\x02ctorch.jit\nload\n.', 'torch.jit.load'],
    ['INST', "\x80\x02(S'id'\nios\nsystem\n.", 'STRING'],
    ['INST itself', '\x80\x02(ios\nsystem\n.', 'INST'],
    ['OBJ', '\x80\x02(o.', 'OBJ'],
    ['NEWOBJ', '\x80\x02ccollections\nOrderedDict\n)\x81.', 'NEWOBJ'],
    ['an extension code', '\x80\x02\x82\x01.', 'EXT1'],
    ['state of what is no dictionary', '\x80\x02]}b.', 'sets the state'],
    ['a call of what is no function', '\x80\x02})R.', 'no known function'],
    ['a storage called as a function', '\x80\x02ctorch\nFloatStorage\n)R.', 'torch.FloatStorage'],
    ['a persistent id that is no storage', '\x80\x02X\x01\x00\x00\x00xQ.', 'no tensor storage'],
    ['protocol 5', '\x80\x05.', 'protocol 5'],
    ['an unknown operation', '\x80\x02\xff.', '0xff'],
  ])('%s is refused', (_, pickle, named) => {
    expect(read(pickle)).toThrow(named);
  });

  it.each([
    ['nothing', ''],
    ['no end', '\x80\x02}'],
    ['an empty stack', '\x80\x02.'],
    ['a text that is cut', '\x80\x02X\xff\xff\xff\x7fab'],
    ['an unknown memory', '\x80\x02h\x07.'],
    ['no mark', '\x80\x02}u.'],
    ['a global without end', '\x80\x02ccollections'],
  ])('%s is damage', (_, pickle) => {
    expect(read(pickle)).toThrow(/ends early|damaged/);
  });

  it('entries that are no tensors are refused by name', () => {
    expect(read('\x80\x02}X\x05\x00\x00\x00epochK\x07s.')).toThrow('"epoch"');
    expect(read('\x80\x02K\x07.')).toThrow('no dictionary');
  });
});

describe('tensors', () => {
  const tensor = (offset: number, shape: string, strides: string, length = 6): string =>
    `\x80\x02}X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK${String.fromCharCode(length)}tQK${String.fromCharCode(offset)}(${shape}t(${strides}t\x89}tRs.`;

  it('are read with their place, shape and strides', () => {
    const { tensors } = readStateDict(bytes(tensor(0, 'K\x02K\x03', 'K\x03K\x01')));
    expect(tensors.get('w')).toMatchObject({ shape: [2, 3], strides: null, offset: 0 });
    expect(readStateDict(bytes(tensor(0, 'K\x02K\x03', 'K\x01K\x02'))).tensors.get('w')?.strides).toEqual([1, 2]);
  });

  it.each([
    ['beyond its storage', tensor(1, 'K\x02K\x03', 'K\x03K\x01')],
    ['larger than its storage by repetition', tensor(0, 'M\xff\xff', 'K\x00')],
    ['shape and strides that differ', tensor(0, 'K\x02K\x03', 'K\x01')],
    ['a shape of no numbers', tensor(0, 'N', 'K\x01')],
  ])('%s are refused', (_, pickle) => {
    expect(read(pickle)).toThrow(/tensor/);
  });

  it('what we write is what we read, in order', () => {
    const wanted = [
      { name: 'b', shape: [2, 3] },
      { name: 'a', shape: [] },
      { name: 'ö', shape: [4] },
    ];
    const { tensors } = readStateDict(pickleStateDict(wanted, 'HalfStorage'));
    expect([...tensors].map(([name, { shape, storage }]) => [name, shape, storage.dtype, storage.key])).toEqual([
      ['b', [2, 3], 'F16', '0'],
      ['a', [], 'F16', '1'],
      ['ö', [4], 'F16', '2'],
    ]);
  });
});
