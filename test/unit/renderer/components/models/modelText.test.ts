import { expect, it } from 'vitest';
import {
  agreementText,
  computedText,
  verifiedText,
} from '../../../../../src/renderer/src/components/models/modelText.ts';
import type { EmbeddingSet } from '../../../../../src/shared/contract/model.ts';

const set = (change: Partial<EmbeddingSet>): EmbeddingSet => ({
  id: 1,
  modelId: 'a',
  dim: 8,
  count: 3,
  current: true,
  precision: 'float32',
  device: 'cpu',
  agreement: null,
  reason: null,
  ...change,
});
const agreement = { clips: 24, leastCosine: 0.99871, neighbours: 0.975, neighboursEach: 10, timesFaster: 1.64 };

it('says how vectors were computed and how far that is from float32 on the CPU', () => {
  expect(computedText(set({ precision: 'int8' }))).toBe('int8 on the CPU');
  expect(computedText(set({ device: null }))).toBe('float32');
  expect(agreementText(set({ precision: 'int8', agreement }))).toBe(
    '97.5 % of the 10 nearest neighbours of float32, cosine at least 0.9987, 1.6 times as fast, over 24 clips',
  );
  expect(agreementText(set({}))).toBe('what other ways of computing are compared with');
  expect(agreementText(set({ device: null }))).toBe('not compared with float32 on the CPU');
});

it('calls a file verified by its hash only where the authors publish one', () => {
  const official = { origin: 'official' as const, path: '/w/base.safetensors' };
  expect(verifiedText({ ...official, verified: { sha256: 'ab', published: true } })).toContain('its authors publish');
  expect(verifiedText({ ...official, verified: { sha256: 'ab', published: false } })).toContain('publish no hash');
  expect(verifiedText({ ...official, verified: null })).toContain('was not kept');
  expect(verifiedText({ ...official, path: null, verified: null })).toBeNull();
  expect(verifiedText({ origin: 'own', path: '/w/mine.safetensors', verified: null })).toBeNull();
});
