// A pickle reader that can execute nothing: a closed list of opcodes builds plain data, globals are only names, and
// what a REDUCE may "call" is decided by the caller's table. Everything else is refused with its name. (Format:
// Python's pickletools, protocols 2 to 4.)
import { opcodeNames } from './pickleOpcodes.ts';

/** A global such as `collections.OrderedDict`: a name, never a function. */
export class PickleGlobal {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}
export class PickleTuple {
  readonly items: readonly unknown[];
  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}
/** dict and OrderedDict. */
export type PickleDict = Map<unknown, unknown>;

export interface PickleRules {
  /** Names a GLOBAL may have. */
  globals: ReadonlySet<string>;
  /** The value of `callable(...args)`; only called for allowed globals. Throw to refuse. */
  reduce(name: string, args: readonly unknown[]): unknown;
  /** The value of a persistent id. */
  persistent(id: unknown): unknown;
}

/** What is refused and why; the reader of the file adds its path. */
export class PickleError extends Error {}

const mark = Symbol('mark');

class Machine {
  private at = 0;
  private readonly view: DataView;
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();
  private readonly bytes: Uint8Array;
  private readonly rules: PickleRules;

  constructor(bytes: Uint8Array, rules: PickleRules) {
    this.bytes = bytes;
    this.rules = rules;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): { value: unknown; length: number } {
    for (;;) {
      const opcode = this.byte();
      if (opcode === 0x2e) return { value: this.pop(), length: this.at };
      this.step(opcode);
    }
  }

  private step(opcode: number): void {
    switch (opcode) {
      case 0x80:
        this.protocol(this.byte());
        break; // PROTO
      case 0x95:
        this.take(8);
        break; // FRAME: only a length
      case 0x28:
        this.stack.push(mark);
        break; // MARK
      case 0x30:
        this.pop();
        break; // POP
      case 0x7d:
        this.stack.push(new Map());
        break; // EMPTY_DICT
      case 0x5d:
        this.stack.push([]);
        break; // EMPTY_LIST
      case 0x29:
        this.stack.push(new PickleTuple([]));
        break; // EMPTY_TUPLE
      case 0x4e:
        this.stack.push(null);
        break; // NONE
      case 0x88:
        this.stack.push(true);
        break; // NEWTRUE
      case 0x89:
        this.stack.push(false);
        break; // NEWFALSE
      case 0x4a:
        this.stack.push(this.view.getInt32(this.take(4), true));
        break; // BININT
      case 0x4b:
        this.stack.push(this.byte());
        break; // BININT1
      case 0x4d:
        this.stack.push(this.view.getUint16(this.take(2), true));
        break; // BININT2
      case 0x8a:
        this.stack.push(this.long(this.byte()));
        break; // LONG1
      case 0x47:
        this.stack.push(this.view.getFloat64(this.take(8), false));
        break; // BINFLOAT
      case 0x58:
        this.stack.push(this.text(this.view.getUint32(this.take(4), true)));
        break; // BINUNICODE
      case 0x8c:
        this.stack.push(this.text(this.byte()));
        break; // SHORT_BINUNICODE
      case 0x54:
        this.stack.push(this.text(this.view.getInt32(this.take(4), true)));
        break; // BINSTRING
      case 0x55:
        this.stack.push(this.text(this.byte()));
        break; // SHORT_BINSTRING
      case 0x71:
        this.memo.set(this.byte(), this.top());
        break; // BINPUT
      case 0x72:
        this.memo.set(this.view.getUint32(this.take(4), true), this.top());
        break; // LONG_BINPUT
      case 0x94:
        this.memo.set(this.memo.size, this.top());
        break; // MEMOIZE
      case 0x68:
        this.recall(this.byte());
        break; // BINGET
      case 0x6a:
        this.recall(this.view.getUint32(this.take(4), true));
        break; // LONG_BINGET
      case 0x63:
        this.global(this.line(), this.line());
        break; // GLOBAL
      case 0x93:
        this.stackGlobal();
        break; // STACK_GLOBAL
      case 0x51:
        this.stack.push(this.rules.persistent(this.pop()));
        break; // BINPERSID
      case 0x85:
        this.tuple(1);
        break; // TUPLE1
      case 0x86:
        this.tuple(2);
        break; // TUPLE2
      case 0x87:
        this.tuple(3);
        break; // TUPLE3
      case 0x74:
        this.stack.push(new PickleTuple(this.popToMark()));
        break; // TUPLE
      case 0x61:
        this.append([this.pop()]);
        break; // APPEND
      case 0x65:
        this.append(this.popToMark());
        break; // APPENDS
      case 0x73:
        this.setItem();
        break; // SETITEM
      case 0x75:
        this.setItems(this.popToMark());
        break; // SETITEMS
      case 0x52:
        this.reduce();
        break; // REDUCE
      case 0x62:
        this.build();
        break; // BUILD
      default:
        throw new PickleError(
          `it uses the pickle operation ${opcodeNames[opcode] ?? `0x${opcode.toString(16)}`}, which weights do not need`,
        );
    }
  }

  private take(count: number): number {
    const at = this.at;
    if (count < 0 || at + count > this.bytes.length) throw new PickleError('its pickle ends early');
    this.at += count;
    return at;
  }

  private byte(): number {
    return this.bytes[this.take(1)] as number;
  }

  private text(length: number): string {
    const at = this.take(length);
    return new TextDecoder().decode(this.bytes.subarray(at, at + length));
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw new PickleError('its pickle ends early');
    const text = this.text(end - this.at);
    this.at++;
    return text;
  }

  /** Little-endian two's complement. */
  private long(length: number): number | bigint {
    const at = this.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes[at + i] as number);
    const signed = length ? BigInt.asIntN(8 * length, value) : 0n;
    return signed >= Number.MIN_SAFE_INTEGER && signed <= Number.MAX_SAFE_INTEGER ? Number(signed) : signed;
  }

  private protocol(version: number): void {
    if (version > 4) throw new PickleError(`it is written in pickle protocol ${version}, up to 4 is read`);
  }

  private top(): unknown {
    if (!this.stack.length || this.stack.at(-1) === mark)
      throw new PickleError('its pickle is damaged: the stack is empty');
    return this.stack.at(-1);
  }

  private pop(): unknown {
    const value = this.top();
    this.stack.pop();
    return value;
  }

  private popToMark(): unknown[] {
    const at = this.stack.lastIndexOf(mark);
    if (at < 0) throw new PickleError('its pickle is damaged: a mark is missing');
    const items = this.stack.splice(at);
    return items.slice(1);
  }

  private recall(index: number): void {
    if (!this.memo.has(index)) throw new PickleError(`its pickle is damaged: nothing is remembered as ${index}`);
    this.stack.push(this.memo.get(index));
  }

  private tuple(count: number): void {
    const items: unknown[] = [];
    for (let i = 0; i < count; i++) items.unshift(this.pop());
    this.stack.push(new PickleTuple(items));
  }

  private append(items: unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw new PickleError('its pickle is damaged: it appends to what is no list');
    for (const item of items) list.push(item);
  }

  private setItem(): void {
    const value = this.pop();
    this.setItems([this.pop(), value]);
  }

  private setItems(items: unknown[]): void {
    const dict = this.top();
    if (!(dict instanceof Map) || items.length % 2)
      throw new PickleError('its pickle is damaged: it sets items of what is no dictionary');
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
  }

  private global(module: string, name: string): void {
    const full = `${module.replace(/^__builtin__$/, 'builtins')}.${name}`;
    if (!this.rules.globals.has(full))
      throw new PickleError(
        `it asks for ${JSON.stringify(full).slice(1, 200).replace(/"$/, '')}, which weights do not need`,
      );
    this.stack.push(new PickleGlobal(full));
  }

  private stackGlobal(): void {
    const name = this.pop();
    const module = this.pop();
    if (typeof name !== 'string' || typeof module !== 'string')
      throw new PickleError('its pickle is damaged: a global without a name');
    this.global(module, name);
  }

  private reduce(): void {
    const args = this.pop();
    const callable = this.pop();
    if (!(callable instanceof PickleGlobal) || !(args instanceof PickleTuple))
      throw new PickleError('its pickle calls what is no known function');
    this.stack.push(this.rules.reduce(callable.name, args.items));
  }

  /** An OrderedDict's attributes (`_metadata`): not needed, but nothing else may have a state. */
  private build(): void {
    this.pop();
    if (!(this.top() instanceof Map)) throw new PickleError('its pickle sets the state of what is no dictionary');
  }
}

/**
 * Reads one pickle from the start of `bytes`.
 * @returns its value and its length in bytes
 * @throws PickleError for anything outside the closed list, damage and truncation
 */
export const readPickle = (bytes: Uint8Array, rules: PickleRules): { value: unknown; length: number } =>
  new Machine(bytes, rules).run();
