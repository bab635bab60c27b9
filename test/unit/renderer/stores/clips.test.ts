import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';

vi.mock('../../../../src/renderer/src/engine/client.ts', () => ({ client: { clips: { byIds: vi.fn() } } }));
const { client } = await import('../../../../src/renderer/src/engine/client.ts');
const { useClips } = await import('../../../../src/renderer/src/stores/clips.ts');

const byIds = vi.mocked(client.clips.byIds);
beforeEach(() => {
  setActivePinia(createPinia());
  byIds.mockReset().mockImplementation((async ({ clipIds }: { clipIds: number[] }) => ({
    rows: clipIds.map((id) => ({ id, name: `clip ${id}` })),
  })) as never);
});
const settled = (check: () => void): Promise<void> => vi.waitFor(check);

describe('clips', () => {
  it('asks once for everything wanted in the same moment', async () => {
    const clips = useClips();
    clips.want([1, 2]);
    clips.want([2, 3]);
    await settled(() => expect(clips.get(3)?.name).toBe('clip 3'));
    expect(byIds).toHaveBeenCalledTimes(1);
    expect(byIds.mock.calls[0]![0]).toEqual({ clipIds: [1, 2, 3] });
    clips.want([1, 2, 3]);
    expect(byIds).toHaveBeenCalledTimes(1);
  });
  it('keeps changed clips on screen until their new state arrives', async () => {
    const clips = useClips();
    clips.want([1]);
    await settled(() => expect(clips.get(1)).toBeDefined());
    byIds.mockResolvedValue({ rows: [{ id: 1, name: 'renamed' }] } as never);
    clips.invalidate([1, 77]);
    expect(clips.get(1)?.name).toBe('clip 1');
    await settled(() => expect(clips.get(1)?.name).toBe('renamed'));
    expect(byIds.mock.lastCall?.[0]).toEqual({ clipIds: [1] });
  });
  it('keeps a clip that is being written from answers that may be of before', async () => {
    const clips = useClips();
    const late = Promise.withResolvers<never>();
    byIds.mockReturnValueOnce(late.promise);
    clips.want([1]);
    await settled(() => expect(byIds).toHaveBeenCalledTimes(1));
    const release = clips.hold([1]);
    clips.put([{ id: 1, name: 'labelled' } as never]);
    late.resolve({ rows: [{ id: 1, name: 'of before' }] } as never);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(clips.get(1)?.name).toBe('labelled');
    expect(byIds).toHaveBeenCalledTimes(1);
    release();
    await settled(() => expect(clips.get(1)?.name).toBe('clip 1'));
  });
  it('keeps a label from what the engine was asked, in whatever way, before the label and answered after it', async () => {
    const clips = useClips();
    const asked = clips.now();
    const release = clips.hold([1]);
    clips.put([{ id: 1, name: 'labelled' } as never]);
    release();
    clips.receive([{ id: 1, name: 'of before' } as never, { id: 2, name: 'another' } as never], asked);
    expect([clips.get(1)?.name, clips.get(2)?.name]).toEqual(['labelled', 'another']);
    await settled(() => expect(clips.get(1)?.name).toBe('clip 1'));
    clips.receive([{ id: 1, name: 'of after' } as never], clips.now());
    expect(clips.get(1)?.name).toBe('of after');
  });
});
