import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { convertCheckpoint } from '../../../../src/engine/checkpoint/convertCheckpoint.ts';
import { inspectCheckpoint } from '../../../../src/engine/checkpoint/inspectCheckpoint.ts';
import { loadCheckpoint } from '../../../../src/engine/checkpoint/loadCheckpoint.ts';
import { saveCheckpoint } from '../../../../src/engine/checkpoint/saveCheckpoint.ts';
import { verifyRecords } from '../../../../src/engine/checkpoint/torch/verifyRecords.ts';
import { writePth } from '../../../../src/engine/checkpoint/torch/writePth.ts';
import { encodeSafetensors } from '../../../../src/shared/wire/safetensors.ts';
import { smallConfig, smallTensors, temporaryFolder } from './smallCheckpoint.ts';

const at = temporaryFolder();
const save = (name: string, change: Partial<Parameters<typeof saveCheckpoint>[1]> = {}) =>
  saveCheckpoint(at(name), { kind: 'cavmae', config: smallConfig, tensors: smallTensors(), ...change });

describe('what we write', () => {
  it('comes back bit for bit, with configuration, classes and parent', async () => {
    const tensors = smallTensors('cavmaeft', 3);
    await save('ft.safetensors', {
      kind: 'cavmaeft',
      tensors,
      classes: ['a', 'b', 'ü'],
      parent: 'shipped',
      metadata: { note: 'x' },
    });
    const read = await loadCheckpoint(at('ft.safetensors'));
    expect(read.kind).toBe('cavmaeft');
    expect(read.config).toEqual({ ...smallConfig });
    expect(read.metadata.note).toBe('x');
    expect([...read.tensors]).toEqual([...tensors]);
    expect(await inspectCheckpoint(at('ft.safetensors'))).toMatchObject({
      format: 'safetensors',
      kind: 'cavmaeft',
      classes: ['a', 'b', 'ü'],
      parent: 'shipped',
      labelDim: 3,
      trained: true,
      missing: [],
      unexpected: [],
      misshapen: [],
      problem: null,
    });
  });

  it('goes to .pth and back without change, and its records carry their CRC', async () => {
    await save('one.safetensors');
    await convertCheckpoint(at('one.safetensors'), at('two.pth'));
    await convertCheckpoint(at('two.pth'), at('three.safetensors'));
    await verifyRecords(at('two.pth'));
    const [first, second, third] = await Promise.all(
      ['one.safetensors', 'two.pth', 'three.safetensors'].map((name) => loadCheckpoint(at(name))),
    );
    expect([...second!.tensors]).toEqual([...first!.tensors]);
    expect([...third!.tensors]).toEqual([...first!.tensors]);
    const bytes = readFileSync(at('two.pth'));
    bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
    writeFileSync(at('flipped.pth'), bytes);
    await expect(verifyRecords(at('flipped.pth'))).rejects.toThrow('is damaged (CRC');
  });

  it('.pth keeps configuration, classes and parent where torch.load does not look', async () => {
    await save('ft1.safetensors', {
      kind: 'cavmaeft',
      tensors: smallTensors('cavmaeft', 2),
      classes: ['a', 'ü'],
      parent: 'base',
    });
    await convertCheckpoint(at('ft1.safetensors'), at('ft2.pth'));
    expect(await inspectCheckpoint(at('ft2.pth'))).toMatchObject({
      kind: 'cavmaeft',
      classes: ['a', 'ü'],
      parent: 'base',
      config: { ...smallConfig },
      problem: null,
    });
    await writePth(at('odd.pth'), [{ name: 'w', shape: [1], read: () => new Float32Array(1) }], { config: '[]' });
    await expect(loadCheckpoint(at('odd.pth'))).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('"config" is damaged'),
    });
  });

  it('half precision takes half the room and rounds to eleven bits', async () => {
    await save('full.safetensors');
    await save('half.safetensors', { half: true });
    expect(readFileSync(at('half.safetensors')).length).toBeLessThan(0.6 * readFileSync(at('full.safetensors')).length);
    const half = await loadCheckpoint(at('half.safetensors'));
    for (const [name, { data }] of smallTensors()) {
      half.tensors
        .get(name)!
        .data.forEach((value, i) =>
          expect(Math.abs(value - data[i]!)).toBeLessThanOrEqual(Math.abs(data[i]!) * 2 ** -11 + 2 ** -25),
        );
    }
  });

  it('a write that fails leaves the old file and no part of the new one', async () => {
    await save('kept.safetensors');
    const before = readFileSync(at('kept.safetensors'));
    const broken = {
      get data(): Float32Array {
        throw new Error('worker died');
      },
      shape: [1],
    };
    await expect(
      save('kept.safetensors', {
        tensors: [
          ['a', { shape: [1], data: new Float32Array(1) }],
          ['b', broken],
        ],
      }),
    ).rejects.toThrow('worker died');
    expect(readFileSync(at('kept.safetensors')).equals(before)).toBe(true);
    expect(readdirSync(at('')).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('configuration', () => {
  it('comes from the shapes, with heads as wide as in the published sizes, where nothing says it', async () => {
    await save('bare.safetensors');
    await writePth(
      at('bare.pth'),
      [...smallTensors()].map(([name, { shape, data }]) => ({ name, shape, read: () => data })),
    );
    expect((await loadCheckpoint(at('bare.pth'))).config).toMatchObject({
      embedDim: 64,
      numHeads: 1,
      decoderNumHeads: 1,
      specificDepth: 1,
      audioLength: 32,
      imgSize: 32,
    });
  });

  it('that contradicts the tensors is refused, naming both', async () => {
    await save('wrong.safetensors', { config: { ...smallConfig, embedDim: 48 } });
    await expect(loadCheckpoint(at('wrong.safetensors'))).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
      message: expect.stringMatching(/embedDim 48.*64/),
    });
  });
});

describe('files that are no good', () => {
  it.each([
    ['empty', ''],
    ['short', 'abc'],
    ['text', 'this is certainly no checkpoint, only some words'],
    ['zip', 'PK\x03\x04 but no directory follows here at all'],
    ['header', '\xff\xff\xff\x7f\x00\x00\x00\x00{}'],
    ['json', '\x08\x00\x00\x00\x00\x00\x00\x00{"a": 12'],
    ['list', '\x02\x00\x00\x00\x00\x00\x00\x00[]'],
  ])('%s', async (name, text) => {
    writeFileSync(at(name), Buffer.from(text, 'latin1'));
    await expect(loadCheckpoint(at(name))).rejects.toMatchObject({
      name: 'EngineError',
      code: 'BAD_INPUT',
      detail: { path: at(name) },
    });
  });

  it('a missing file and a folder', async () => {
    await expect(loadCheckpoint(at('nowhere.pth'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(loadCheckpoint(at(''))).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('NaN is refused with its tensor', async () => {
    const tensors = smallTensors();
    tensors.get('norm_a.weight')!.data[5] = NaN;
    await save('nan.safetensors', { tensors });
    await expect(loadCheckpoint(at('nan.safetensors'))).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
      detail: { field: 'norm_a.weight' },
    });
  });

  it('another architecture is refused by what it lacks', async () => {
    writeFileSync(
      at('resnet.safetensors'),
      encodeSafetensors({ 'conv1.weight': { shape: [2], data: new Float32Array(2) } }),
    );
    await expect(loadCheckpoint(at('resnet.safetensors'))).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
      message: expect.stringContaining('modality_a'),
    });
    expect((await inspectCheckpoint(at('resnet.safetensors'))).problem).toContain('not a CAV-MAE');
  });

  it('missing and unknown tensors are listed by inspection', async () => {
    const tensors = smallTensors();
    tensors.delete('norm_v.bias');
    tensors.set('extra', { shape: [1], data: new Float32Array(1) });
    await save('odd.safetensors', { tensors });
    expect(await inspectCheckpoint(at('odd.safetensors'))).toMatchObject({
      missing: ['norm_v.bias'],
      unexpected: ['extra'],
    });
  });

  it('overlapping tensors and wrong lengths are refused', async () => {
    const write = (name: string, header: object) => {
      const json = Buffer.from(JSON.stringify(header));
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(json.length));
      writeFileSync(at(name), Buffer.concat([length, json, Buffer.alloc(16)]));
    };
    write('overlap.safetensors', {
      a: { dtype: 'F32', shape: [3], data_offsets: [0, 12] },
      b: { dtype: 'F32', shape: [2], data_offsets: [8, 16] },
    });
    await expect(loadCheckpoint(at('overlap.safetensors'))).rejects.toThrow('a and b overlap');
    write('length.safetensors', { a: { dtype: 'F32', shape: [5], data_offsets: [0, 12] } });
    await expect(loadCheckpoint(at('length.safetensors'))).rejects.toThrow('needs 20 bytes, 12 are given');
    write('outside.safetensors', { a: { dtype: 'F32', shape: [500], data_offsets: [0, 2000] } });
    await expect(loadCheckpoint(at('outside.safetensors'))).rejects.toThrow('outside the file');
    write('huge.safetensors', { a: { dtype: 'F32', shape: [2 ** 40, 2 ** 40], data_offsets: [0, 16] } });
    await expect(loadCheckpoint(at('huge.safetensors'))).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('a .pth cut anywhere says so', async () => {
    await save('whole.safetensors');
    await convertCheckpoint(at('whole.safetensors'), at('whole.pth'));
    const whole = readFileSync(at('whole.pth'));
    for (const share of [0.1, 0.5, 0.9, 0.999]) {
      writeFileSync(at('cut.pth'), whole.subarray(0, Math.floor(whole.length * share)));
      await expect(loadCheckpoint(at('cut.pth'))).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringMatching(/truncated/),
      });
    }
    expect(existsSync(at('cut.pth'))).toBe(true);
    copyFileSync(at('whole.pth'), at('renamed.bin'));
    expect((await loadCheckpoint(at('renamed.bin'))).tensors.size).toBeGreaterThan(50);
  });
});
