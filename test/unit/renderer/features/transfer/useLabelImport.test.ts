import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';

vi.mock('../../../../../src/renderer/src/engine/client.ts', () => ({
  client: { annotations: { inspect: vi.fn(), import: vi.fn() }, schemas: { list: vi.fn() } },
}));
const { client } = await import('../../../../../src/renderer/src/engine/client.ts');
const { useLabelImport } = await import('../../../../../src/renderer/src/features/transfer/useLabelImport.ts');

const { useUndo } = await import('../../../../../src/renderer/src/stores/undo.ts');

const { inspect, import: importLabels } = client.annotations;
const table = (path: string): object => ({
  path,
  format: 'csv',
  header: ['file', 'what'],
  columns: { path: 'file', label: 'what' },
});
const moment = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve);
  });

describe('a file of labels', () => {
  beforeEach(() => {
    setActivePinia(createPinia());
    vi.mocked(inspect)
      .mockReset()
      .mockImplementation((async ({ path }: { path: string }) => table(path)) as never);
    vi.mocked(importLabels)
      .mockReset()
      .mockImplementation((async ({ path }: { path: string }) => ({ told: path })) as never);
  });

  it('is looked at, and what would come of it is told', async () => {
    const { choose, report, busy } = useLabelImport();
    await choose('/a.csv');
    expect(importLabels).toHaveBeenCalledWith({
      path: '/a.csv',
      format: 'csv',
      dryRun: true,
      columns: { path: 'file', label: 'what' },
    });
    expect([report.value, busy.value]).toEqual([{ told: '/a.csv' }, false]);
  });
  it('stays the one chosen last, though one chosen before is answered after it', async () => {
    const late = Promise.withResolvers<never>();
    vi.mocked(inspect).mockReturnValueOnce(late.promise);
    const { choose, facts, report } = useLabelImport();
    const first = choose('/slow.csv');
    await choose('/a.csv');
    late.resolve(table('/slow.csv') as never);
    await first;
    expect([facts.value, report.value]).toEqual([table('/a.csv'), { told: '/a.csv' }]);
  });
  it('is told of as its columns are chosen now, not as they were when that was asked', async () => {
    const late = Promise.withResolvers<never>();
    vi.mocked(importLabels).mockReturnValueOnce(late.promise);
    const { choose, columns, preview, report, busy } = useLabelImport();
    const chosen = choose('/a.csv');
    await vi.waitFor(() => expect(importLabels).toHaveBeenCalledOnce());
    columns.value = { path: 'file' };
    await preview();
    late.resolve({ told: 'of before' } as never);
    await chosen;
    expect([report.value, busy.value]).toEqual([null, false]);
  });
  it('is forgotten when the dialog closes, with what was still to be told of it', async () => {
    const [looked, told] = [Promise.withResolvers<never>(), Promise.withResolvers<never>()];
    vi.mocked(inspect).mockReturnValueOnce(looked.promise);
    const { choose, facts, path, problem, report, busy, reset } = useLabelImport();
    const first = choose('/gone.csv');
    reset();
    looked.reject(new Error('no such file'));
    await first;
    vi.mocked(importLabels).mockReturnValueOnce(told.promise);
    const second = choose('/a.csv');
    await vi.waitFor(() => expect(importLabels).toHaveBeenCalledOnce());
    reset();
    told.resolve({ told: '/a.csv' } as never);
    await second;
    await moment();
    expect([path.value, facts.value, problem.value, report.value, busy.value]).toEqual([null, null, null, null, false]);
  });
  it('read in is a step that undo takes back before those from before it, unless it said nothing new', async () => {
    vi.mocked(client.schemas.list).mockResolvedValue([]);
    const undo = useUndo();
    const { choose, read } = useLabelImport();
    await choose('/a.csv');
    vi.mocked(importLabels)
      .mockResolvedValueOnce({ annotations: 6, written: true } as never)
      .mockResolvedValueOnce({ annotations: 6, written: false } as never);
    await read();
    await read();
    expect(undo.done.map(({ text }) => text)).toEqual(['import 6 labels']);
  });
});
