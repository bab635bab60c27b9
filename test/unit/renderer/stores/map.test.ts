import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';

vi.mock('../../../../src/renderer/src/engine/client.ts', () => ({
  client: {
    projections: { list: vi.fn(), start: vi.fn() },
    clips: { columns: vi.fn(async () => ({ clipIds: [1], columns: { prediction: [3], label: [null] } })) },
  },
}));
vi.mock('../../../../src/renderer/src/engine/safetensorsFetch.ts', () => ({
  fetchSafetensors: async (url: string) => {
    const id = Number(/(\d+)\.safetensors/.exec(url)![1]);
    return {
      tensors: {
        clipIds: { data: Int32Array.from({ length: id }, (_, i) => i + 1) },
        xy: { data: new Float32Array(2 * id) },
      },
    };
  },
}));
const { client } = await import('../../../../src/renderer/src/engine/client.ts');
const { fitted, useMap } = await import('../../../../src/renderer/src/stores/map.ts');

const map = (id: number, change: object = {}) => ({
  id,
  space: 'joint',
  settled: true,
  alignedTo: null,
  points: id,
  ...change,
});
const listed = (...maps: object[]) => void vi.mocked(client.projections.list).mockResolvedValue(maps as never);

describe('the map that is shown', () => {
  beforeEach(() => setActivePinia(createPinia()));

  it('is one begun later, even where the list told of it before it first moved', async () => {
    listed(map(58));
    const shown = useMap();
    await shown.refresh();
    listed(map(58), map(59, { settled: false }));
    await shown.refresh();
    expect(shown.projectionId).toBe(58);
    await shown.moved(59, 0, 200, false);
    expect(shown.projectionId).toBe(59);
    expect(shown.points!.clipIds).toHaveLength(59);
  });

  it('is one begun later of which the list does not tell yet', async () => {
    listed();
    const shown = useMap();
    await shown.refresh();
    listed(map(3, { settled: false }));
    await shown.moved(3, 0, 200, false);
    expect(shown.projectionId).toBe(3);
  });

  it('takes the colours of a training, with a way back until a person chooses', async () => {
    const shown = useMap();
    await shown.colour('label');
    await shown.showPredictions();
    expect([shown.colourBy, shown.colourBefore, shown.column.get(1)]).toEqual(['prediction', 'label', 3]);
    await shown.colour(shown.colourBefore!);
    expect([shown.colourBy, shown.colourBefore]).toEqual(['label', null]);
    await shown.colour('prediction');
    await shown.showPredictions();
    expect(shown.colourBefore).toBeNull();
  });

  it('no longer settles once its job failed before it had a point', async () => {
    listed(map(1));
    vi.mocked(client.projections.start).mockResolvedValue({ jobId: 5, projectionId: 2 });
    const shown = useMap();
    await shown.refresh();
    await shown.compute({ space: 'joint', neighbors: 15, minDist: 0.1, seed: 1 });
    expect(shown.settling).not.toBeNull();
    // The engine has removed it.
    listed(map(1));
    await shown.stopped();
    expect(shown.settling).toBeNull();
    expect(shown.projectionId).toBe(1);
  });

  it('stays the one that a person went back to, and where new clips take places on others', async () => {
    listed(map(1), map(2, { space: 'audio' }));
    const shown = useMap();
    await shown.refresh();
    expect(shown.projectionId).toBe(1);
    await shown.moved(2, 1, 1, true);
    expect(shown.projectionId).toBe(1);
    listed(map(1), map(2, { space: 'audio' }), map(3, { settled: false }));
    await shown.moved(3, 0, 200, false);
    await shown.show(1);
    await shown.moved(3, 50, 200, false);
    await shown.moved(3, 1, 1, true);
    expect(shown.projectionId).toBe(1);
  });

  it('stays while maps that go with it are drawn', async () => {
    listed(map(1));
    const shown = useMap();
    await shown.refresh();
    listed(map(1), map(2, { space: 'audio', alignedTo: 1, settled: false }));
    await shown.moved(2, 0, 200, false);
    expect(shown.projectionId).toBe(1);
  });

  it('is settled when that was told, though what was told before waited for the list', async () => {
    listed();
    const shown = useMap();
    await shown.refresh();
    const slow = Promise.withResolvers<never>();
    vi.mocked(client.projections.list).mockReturnValueOnce(slow.promise);
    const first = shown.moved(3, 10, 200, false);
    listed(map(3));
    await shown.moved(3, 200, 200, true);
    slow.resolve([map(3, { settled: false })] as never);
    await first;
    expect([shown.projectionId, shown.settling, shown.projection?.settled]).toEqual([3, null, true]);
  });

  it('is settled, too, where it was before the answer to its start was there', async () => {
    listed();
    const shown = useMap();
    await shown.refresh();
    vi.mocked(client.projections.start).mockResolvedValue({ jobId: 1, projectionId: 3 });
    listed(map(3));
    const started = shown.compute({ space: 'joint', neighbors: 15, minDist: 0.1, seed: 1 });
    await shown.moved(3, 200, 200, true);
    await started;
    expect([shown.projectionId, shown.settling]).toEqual([3, null]);
  });
});

describe('fitted', () => {
  it('fits positions into the square with one scale for both axes', () => {
    const { x, y } = fitted(1, Int32Array.of(1, 2, 3), Float32Array.of(0, 0, 10, 5, 5, 2.5));
    expect(x[0]).toBeCloseTo(-0.94);
    expect(x[1]).toBeCloseTo(0.94);
    expect(y[0]).toBeCloseTo(-0.47);
    expect([x[2], y[2]]).toEqual([0, 0]);
  });
  it('puts a single point in the middle', () => {
    const { x, y } = fitted(1, Int32Array.of(4), Float32Array.of(7, -3));
    expect([x[0], y[0]]).toEqual([0, 0]);
  });
});

describe('maps of several models', () => {
  beforeEach(() => setActivePinia(createPinia()));

  it('are shown with their model; coming back shows the one that was shown last', async () => {
    const of = (setId: number, current: boolean) => ({ setId, current });
    listed(map(1, of(1, true)), map(2, of(1, true)), map(3, of(2, false)));
    const shown = useMap();
    await shown.refresh();
    await shown.show(1);
    expect(shown.own.map(({ id }) => id)).toEqual([2, 1]);
    listed(map(1, of(1, false)), map(2, of(1, false)), map(3, of(2, true)));
    await shown.refresh();
    expect(shown.projectionId).toBe(3);
    listed(map(1, of(1, true)), map(2, of(1, true)), map(3, of(2, false)));
    await shown.refresh();
    expect(shown.projectionId).toBe(1);
    // A map of the model that is not in use does not take the place of this one.
    listed(map(1, of(1, true)), map(4, { ...of(2, false), settled: false }));
    await shown.moved(4, 0, 200, false);
    expect(shown.projectionId).toBe(1);
  });
});
