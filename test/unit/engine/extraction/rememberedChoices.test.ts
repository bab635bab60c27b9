import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RememberedChoices } from '../../../../src/engine/extraction/rememberedChoices.ts';
import type { ExtractionChoice } from '../../../../src/shared/contract/extraction.ts';

const folder = mkdtempSync(join(tmpdir(), 'cavmae-choices-'));
afterAll(() => rmSync(folder, { recursive: true }));

const int8: ExtractionChoice = { precision: 'int8', device: 'cpu', agreement: null, reason: 'r' };

describe('RememberedChoices', () => {
  it('finds what was chosen for the same weights, wish and machine, and nothing else', async () => {
    const here = new RememberedChoices(folder, 'here');
    await here.remember('weights', 'auto auto', int8);
    expect(await new RememberedChoices(folder, 'here').find('weights', 'auto auto')).toEqual(int8);
    expect(await here.find('others', 'auto auto')).toBeNull();
    expect(await here.find('weights', 'int8 auto')).toBeNull();
    expect(await new RememberedChoices(folder, 'there').find('weights', 'auto auto')).toBeNull();
    await here.remember('weights', 'auto auto', { ...int8, precision: 'float32' });
    expect(await here.find('weights', 'auto auto')).toMatchObject({ precision: 'float32' });
  });

  it('tells a device whose trial did not end, on this machine only', async () => {
    const here = new RememberedChoices(folder, 'here');
    await here.beginTrial('webgpu');
    await here.endTrial('webgpu');
    expect(await here.crashed()).toEqual([]);
    await here.beginTrial('webgpu');
    expect(await new RememberedChoices(folder, 'here').crashed()).toEqual(['webgpu']);
    expect(await new RememberedChoices(folder, 'there').crashed()).toEqual([]);
    expect(await here.find('weights', 'auto auto')).not.toBeNull();
  });

  it('begins anew where the file is missing or not its own', async () => {
    const damaged = mkdtempSync(join(folder, 'damaged-'));
    const choices = new RememberedChoices(damaged, 'here');
    expect(await choices.find('weights', 'auto auto')).toBeNull();
    writeFileSync(join(damaged, 'choices.json'), '{"choices": 7');
    expect(await choices.find('weights', 'auto auto')).toBeNull();
    await choices.remember('weights', 'auto auto', int8);
    expect(await choices.find('weights', 'auto auto')).toEqual(int8);
  });
});
