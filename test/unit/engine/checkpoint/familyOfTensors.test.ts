import { describe, expect, it } from 'vitest';
import { familyOfTensors, nearestKind } from '../../../../src/engine/checkpoint/familyOfTensors.ts';
import { configOfSize } from '../../../../src/engine/model/config.ts';
import { parameterShapes } from '../../../../src/engine/model/parameterShapes.ts';

describe('a foreign checkpoint', () => {
  it('is named by its tensors', () => {
    expect(familyOfTensors(['visual.conv1.weight', 'token_embedding.weight'])).toBe('CLIP');
    expect(familyOfTensors(['module.v.blocks.0.attn.qkv.weight', 'module.v.dist_token'])).toContain('AST');
    expect(familyOfTensors(['blocks.0.attn.qkv.weight', 'cls_token'])).toContain('ViT');
    expect(familyOfTensors(['layer1.0.conv1.weight', 'fc.weight'])).toContain('ResNet');
    expect(familyOfTensors(['something.else'])).toBeNull();
  });

  it('is measured against what is known', () => {
    const names = [...parameterShapes(configOfSize('base'), 'cavmaeft', 527).keys()].slice(10);
    const nearest = nearestKind(names.map((name) => `module.${name}`));
    expect(nearest.name).toBe('a finetuned CAV-MAE');
    expect(nearest.share).toBeGreaterThan(0.9);
    expect(nearestKind(['something.else']).share).toBe(0);
  });
});
