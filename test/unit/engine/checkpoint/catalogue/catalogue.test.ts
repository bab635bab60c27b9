import { copyFileSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  addModel,
  installOfficial,
  officialByFileName,
} from '../../../../../src/engine/checkpoint/catalogue/addModel.ts';
import {
  listModels,
  parseRandomModel,
  resolveModel,
} from '../../../../../src/engine/checkpoint/catalogue/catalogue.ts';
import { convertCheckpoint } from '../../../../../src/engine/checkpoint/convertCheckpoint.ts';
import { loadModel } from '../../../../../src/engine/checkpoint/loadModel.ts';
import { officialModels } from '../../../../../src/engine/checkpoint/catalogue/officialModels.ts';
import { saveCheckpoint } from '../../../../../src/engine/checkpoint/saveCheckpoint.ts';
import { smallConfig, smallTensors, temporaryFolder } from '../smallCheckpoint.ts';

const at = temporaryFolder();
let made = 0;
function workspace(): { folder: () => string } {
  const models = at(`workspace-${made++}`);
  mkdirSync(models);
  return { folder: () => models };
}
const save = (path: string, change: object = {}) =>
  saveCheckpoint(path, { kind: 'cavmae', config: smallConfig, tensors: smallTensors(), ...change });

describe('catalogue', () => {
  it('lists shipped, random and official models of an empty workspace', async () => {
    const models = await listModels(workspace());
    expect(models[0]).toMatchObject({ id: 'shipped', origin: 'shipped', state: 'ready' });
    expect(models.filter(({ origin }) => origin === 'random').map(({ id }) => id)).toEqual([
      'random-small',
      'random-base',
    ]);
    const official = models.filter(({ origin }) => origin === 'official');
    expect(official.length).toBe(officialModels.length);
    expect(
      official.every(
        ({ state, citation, source }) => state === 'not-downloaded' && citation !== null && source !== null,
      ),
    ).toBe(true);
    const licence = (wanted: string) => official.find(({ id }) => id === wanted)?.licence;
    expect(licence('vision-mae-start')).toBe('CC-BY-NC-4.0');
    expect(licence('scale-plus-plus')).toBe('BSD-2-Clause');
    expect(official.find(({ id }) => id === 'cav-mae-sync')).toMatchObject({
      licence: expect.stringContaining('none stated for the weights'),
      citation: expect.stringContaining('CVPR 2025'),
      parameters: 190_660_864,
      audioLength: 416,
      alignedFrames: 16,
      windowS: 10,
    });
    expect(official.find(({ id }) => id === 'scale-plus-plus')).toMatchObject({
      parameters: 191_036_160,
      hasDecoder: true,
      embedDim: 768,
    });
    expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
  });

  it('resolves what there is and says what to do about the rest', () => {
    const empty = workspace();
    expect(resolveModel(empty, 'random-base')).toBe('random:base:1');
    expect(resolveModel(empty, 'random:small:7')).toBe('random:small:7');
    expect(resolveModel(empty, 'shipped')).toMatch(/^random:small:1$|shipped\.safetensors$/);
    expect(() => resolveModel(empty, 'base')).toThrow('has not been downloaded');
    for (const id of ['nothing', '../../etc/passwd', ''])
      expect(() => resolveModel(empty, id)).toThrow('there is no model');
    expect(parseRandomModel('random:tiny:3')).toEqual({ size: 'tiny', seed: 3 });
    expect(() => parseRandomModel('random:huge:3')).toThrow('no model size');
  });

  it('own files come in, are listed with their name, resolve and load', async () => {
    const own = workspace();
    await save(at('My Model.safetensors'), { parent: 'shipped' });
    const id = await addModel(own.folder(), at('My Model.safetensors'));
    expect(id).toBe('my-model');
    expect(await addModel(own.folder(), at('My Model.safetensors'))).toBe('my-model-2');
    expect((await listModels(own)).find((model) => model.id === id)).toMatchObject({
      name: 'My Model',
      origin: 'own',
      state: 'ready',
      source: at('My Model.safetensors'),
      embedDim: 64,
      hasDecoder: true,
      parent: 'shipped',
      trained: true,
    });
    expect((await loadModel(resolveModel(own, id))).tensors.size).toBe(smallTensors().size);
  });

  it('a file that does not fit is refused and leaves nothing', async () => {
    const own = workspace();
    const tensors = smallTensors();
    tensors.set('norm.weight', { shape: [7], data: new Float32Array(7) });
    await save(at('misshapen.safetensors'), { tensors });
    await expect(addModel(own.folder(), at('misshapen.safetensors'))).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
      message: expect.stringContaining('norm.weight has shape [7], the model needs [64]'),
    });
    tensors.delete('norm.weight');
    await save(at('lacking.safetensors'), { tensors });
    await expect(addModel(own.folder(), at('lacking.safetensors'))).rejects.toThrow('Missing: norm.weight');
    const diverged = smallTensors();
    diverged.get('norm.bias')!.data[0] = Infinity;
    await save(at('diverged.safetensors'), { tensors: diverged });
    await expect(addModel(own.folder(), at('diverged.safetensors'))).rejects.toThrow(
      'norm.bias holds values that are not finite',
    );
    expect(readdirSync(own.folder())).toEqual([]);
  });

  it('a broken file in the folder is shown as broken, with why', async () => {
    const own = workspace();
    writeFileSync(`${own.folder()}/torn.safetensors`, 'not a checkpoint');
    expect((await listModels(own)).find(({ id }) => id === 'torn')).toMatchObject({
      state: 'broken',
      purpose: expect.stringContaining('torn.safetensors'),
    });
  });

  it('a file that vanishes while the folder is read is not there', async () => {
    const own = workspace();
    const before = await listModels(own);
    // Listed, but gone when it is looked at.
    symlinkSync('nowhere.safetensors', `${own.folder()}/gone.safetensors`);
    expect((await listModels(own)).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });

  it('official files are known by their own names only', () => {
    expect(officialByFileName('/x/cav-mae-base-nonorm.pth')?.id).toBe('base-nonorm');
    expect(officialByFileName('/x/audio_model.25.pth')).toBeUndefined();
    expect(officialByFileName('/x/unknown.pth')).toBeUndefined();
  });

  it('another model is not taken for an official one', async () => {
    const own = workspace();
    await save(at('small.safetensors'));
    await convertCheckpoint(at('small.safetensors'), at('small.pth'));
    const entry = officialModels.find(({ id }) => id === 'as2m-av')!;
    await expect(installOfficial(own.folder(), entry, at('small.pth'), '0')).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
    });
    copyFileSync(at('small.pth'), at('cav-mae-base.pth'));
    expect(existsSync(`${own.folder()}/base.safetensors`)).toBe(false);
  });
});
