// The comparison of two models as a person uses it: choosing the pair, computing, the figures and the clips behind them.
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createApp, nextTick } from 'vue';
import type { App } from 'vue';
import type { Model } from '../../../../../../src/shared/contract/model.ts';
import type { ModelComparison } from '../../../../../../src/shared/contract/modelComparison.ts';

vi.mock('../../../../../../src/renderer/src/engine/client.ts', () => ({
  client: {
    models: { list: vi.fn(), compare: vi.fn(), comparison: vi.fn() },
    clips: { columns: vi.fn(), byIds: vi.fn(async () => ({ rows: [] })) },
    projections: { list: vi.fn(async () => []), start: vi.fn() },
    jobs: { get: vi.fn() },
  },
}));
const { client } = await import('../../../../../../src/renderer/src/engine/client.ts');
const { default: ComparedFigures } =
  await import('../../../../../../src/renderer/src/features/map/compare/ComparedFigures.vue');
const { comparisonRows, ahead } =
  await import('../../../../../../src/renderer/src/features/map/compare/comparisonRows.ts');
const { useModelComparison } = await import('../../../../../../src/renderer/src/stores/modelComparison.ts');
const { useModels } = await import('../../../../../../src/renderer/src/stores/models.ts');
const { useLayout } = await import('../../../../../../src/renderer/src/stores/layout.ts');
const { useScope } = await import('../../../../../../src/renderer/src/stores/scope.ts');
const { createEventRouter } = await import('../../../../../../src/renderer/src/stores/eventRouter.ts');

const model = (id: string, clips: number, change: Partial<Model> = {}): Model =>
  ({ id, name: `Model ${id}`, clips, current: false, hasDecoder: true, sets: [{ id: clips }], ...change }) as Model;
const scores = (r1: number) => ({ r1, r5: r1, r10: r1, medianRank: 1 });
const result: ModelComparison = {
  models: [
    { modelId: 'a', setId: 1, retrieval: { a2v: scores(0.5), v2a: scores(0.4) }, accuracy: 0.9, mAP: 0.8 },
    { modelId: 'b', setId: 2, retrieval: { a2v: scores(0.2), v2a: scores(0.4) }, accuracy: 0.7, mAP: 0.81 },
  ],
  clips: 3,
  neighbours: 2,
  shared: 0.5,
  histogram: [1, 1, 1],
  least: [{ clipId: 3, share: 0 }],
  retrieval: { clips: 3, of: 3 },
  head: { schemaId: 1, clips: 3, classes: 2, multiLabel: false, only: [[1], [2, 3]] },
  headReason: null,
  comparedAt: '2026-12-01T00:00:00Z',
};
const settle = async (): Promise<void> => {
  for (let i = 0; i < 6; i++) await nextTick();
  await new Promise((resolve) => setTimeout(resolve));
};
async function listed(...models: Model[]): Promise<void> {
  vi.mocked(client.models.list).mockResolvedValue(models);
  await useModels().refresh();
  await settle();
}
beforeEach(() => {
  setActivePinia(createPinia());
  vi.mocked(client.models.comparison).mockReset().mockResolvedValue(result);
  vi.mocked(client.clips.columns).mockResolvedValue({
    clipIds: [1, 2, 3, 4],
    columns: { commonNeighbours: [1, 0.5, 0, null] },
  });
});

it('compares the current model with the one that has embedded most besides, until others are chosen', async () => {
  const comparison = useModelComparison();
  await listed(model('a', 9, { current: true }), model('b', 3), model('c', 7), model('none', 0));
  const pair = (): string[] => comparison.pair!.map(({ id }) => id);
  expect(comparison.candidates.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(pair()).toEqual(['a', 'c']);
  comparison.choose(1, 'b');
  expect(pair()).toEqual(['a', 'b']);
  comparison.choose(1, 'a');
  expect(pair()).toEqual(['b', 'a']);
  comparison.open('c');
  expect(pair()).toEqual(['a', 'c']);
  expect(useLayout().requestedPanel).toBe('compareModels');
  await listed(model('a', 9, { current: true }));
  expect(comparison.pair).toBeNull();
});

it('shows what was found before, says when it is of fewer clips, and reads it again when it is computed', async () => {
  const comparison = useModelComparison();
  await listed(model('a', 3, { current: true }), model('b', 3));
  expect(client.models.comparison).toHaveBeenCalledWith({ modelId: 'a', otherId: 'b' });
  expect(comparison.result).toEqual(result);
  expect([...comparison.shares]).toEqual([
    [1, 1],
    [2, 0.5],
    [3, 0],
  ]);
  expect(comparison.outdated).toBe(false);
  await listed(model('a', 8, { current: true }), model('b', 9));
  expect(comparison.outdated).toBe(true);
  vi.mocked(client.models.comparison).mockResolvedValue({ ...result, clips: 8 });
  createEventRouter()({ type: 'columnsChanged', columns: ['commonNeighbours'] });
  await settle();
  expect(comparison.outdated).toBe(false);
});

it('asks the workbench for both reconstructions', async () => {
  const comparison = useModelComparison();
  await listed(model('a', 3, { current: true }), model('b', 3));
  comparison.reconstruct();
  expect(comparison.beside).toEqual({ modelId: 'a', otherId: 'b' });
  expect([useLayout().name, useLayout().requestedPanel]).toEqual(['inspect', 'reconstruct']);
});

it('puts retrieval and heads in rows, and says who is ahead by what is shown', () => {
  const rows = comparisonRows(result);
  expect(rows.map(({ name }) => name)).toHaveLength(8);
  expect(rows.map(({ values }) => ahead(values))).toEqual([0, 0, 0, null, null, null, 0, 1]);
  expect(rows[0]!.chance).toBeCloseTo(1 / 3);
  expect(comparisonRows({ ...result, retrieval: null, head: null })).toEqual([]);
});

let app: App | null = null;
afterEach(() => {
  app?.unmount();
  app = null;
});
it('shows the clips behind each figure', async () => {
  const root = document.createElement('div');
  const pair = [model('a', 3), model('b', 3)] as const;
  const shares = new Map([
    [1, 1],
    [2, 0.5],
    [3, 0],
  ]);
  app = createApp(ComparedFigures, { pair, result, shares });
  app.mount(root);
  await nextTick();
  const press = (name: string): void =>
    [...root.querySelectorAll('button')]
      .find((one) => (one.getAttribute('aria-label') ?? one.textContent)!.includes(name))!
      .click();
  const scope = useScope();
  press('fewest in common first');
  expect(scope.clipIds).toEqual([3, 2, 1]);
  expect(scope.list!.reasons!.get(2)).toBe('1 of 2 neighbours are the same');
  press('1 clip with 2 neighbours in common');
  expect(scope.clipIds).toEqual([1]);
  press('2 clips');
  expect(scope.clipIds).toEqual([2, 3]);
  expect(scope.title).toBe('Only Model b is right');
  expect(root.querySelectorAll('td.ahead')).toHaveLength(5);
});
