// The data.pkl of a state_dict, in pickle protocol 2 as torch.save writes it: an OrderedDict of tensors over CPU
// storages.

const utf8 = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  const head = Buffer.alloc(5, 0x58);
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
};
const whole = (value: number): Buffer => {
  const bytes = Buffer.alloc(5, 0x4a);
  bytes.writeInt32LE(value, 1);
  return bytes;
};
const op = (text: string): Buffer => Buffer.from(text, 'latin1');
const global = (module: string, name: string): Buffer => op(`c${module}\n${name}\n`);
const tuple = (...items: Buffer[]): Buffer => Buffer.concat([op('('), ...items, op('t')]);
const emptyDict = Buffer.concat([global('collections', 'OrderedDict'), op(')R')]);

/** @param storages in order: tensor i lies in storage `i`, row-major from its start */
export function pickleStateDict(
  tensors: readonly { name: string; shape: readonly number[] }[],
  storage: 'FloatStorage' | 'HalfStorage',
): Buffer {
  const items = tensors.flatMap(({ name, shape }, i) => {
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((n, d) => n * d, 1));
    const length = shape.reduce((n, d) => n * d, 1);
    const persistent = Buffer.concat([
      tuple(utf8('storage'), global('torch', storage), utf8(String(i)), utf8('cpu'), whole(length)),
      op('Q'),
    ]);
    const args = tuple(
      persistent,
      whole(0),
      tuple(...shape.map(whole)),
      tuple(...strides.map(whole)),
      op('\x89'),
      emptyDict,
    );
    return [utf8(name), global('torch._utils', '_rebuild_tensor_v2'), args, op('R')];
  });
  return Buffer.concat([op('\x80\x02'), emptyDict, op('('), ...items, op('u.')]);
}
