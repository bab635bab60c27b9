import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';

vi.mock('../../../../../src/renderer/src/engine/client.ts', () => ({
  client: {
    finetune: { preview: vi.fn(), start: vi.fn() },
    schemas: { list: vi.fn() },
    runs: { list: vi.fn() },
    classifiers: { use: vi.fn(), list: vi.fn() },
  },
}));
const { client } = await import('../../../../../src/renderer/src/engine/client.ts');
const { useTraining } = await import('../../../../../src/renderer/src/features/training/useTraining.ts');
const { createEventRouter } = await import('../../../../../src/renderer/src/stores/eventRouter.ts');
const { useClassifiers } = await import('../../../../../src/renderer/src/stores/classifiers.ts');
const { useSchemas } = await import('../../../../../src/renderer/src/stores/schemas.ts');

const schema = { id: 1, name: 'Sounds', multiLabel: false, classes: [] };
beforeEach(() => setActivePinia(createPinia()));

describe('what would be trained', () => {
  it('is asked for once the schemas are known anew, and not of one that an undo took away', async () => {
    const asked = vi
      .mocked(client.finetune.preview)
      .mockReset()
      .mockResolvedValue({ classes: [] } as never);
    vi.mocked(client.schemas.list).mockResolvedValue([]);
    const [training, schemas] = [useTraining(), useSchemas()];
    training.shown = true;
    schemas.list = [schema];
    await vi.waitFor(() => expect(training.preview).not.toBeNull());
    expect(asked.mock.calls).toEqual([[{ schemaId: 1, testShare: 0.2, seed: 1 }]]);
    createEventRouter()({ type: 'schemasChanged' } as never);
    await vi.waitFor(() => expect(training.preview).toBeNull());
    expect(schemas.list).toEqual([]);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('is asked for when the page is looked at, and not after every label before', async () => {
    const asked = vi
      .mocked(client.finetune.preview)
      .mockReset()
      .mockResolvedValue({ classes: [] } as never);
    const [training, schemas] = [useTraining(), useSchemas()];
    schemas.list = [schema];
    await nextTick();
    schemas.list = [{ ...schema }];
    await nextTick();
    expect(asked).not.toHaveBeenCalled();
    training.shown = true;
    await vi.waitFor(() => expect(training.preview).not.toBeNull());
    training.shown = false;
    await nextTick();
    training.shown = true;
    await nextTick();
    expect(asked).toHaveBeenCalledTimes(1);
  });
});

describe('a training that was started here', () => {
  const run = (change: object) => ({ id: 7, kind: 'finetune', title: 'Classifier 2', jobId: 3, curve: [], ...change });
  it('shows its classifier once it is made, though another stays in use, and offers to use it', async () => {
    vi.mocked(client.finetune.start).mockResolvedValue({ runId: 7, jobId: 3 } as never);
    vi.mocked(client.runs.list).mockResolvedValue([run({ status: 'running', classifierId: null })] as never);
    const [training, schemas, classifiers] = [useTraining(), useSchemas(), useClassifiers()];
    schemas.list = [schema];
    const old = { id: 1, name: 'Automatic', current: true };
    classifiers.list = [old] as never;
    await training.start();
    expect(training.chosen?.id).toBe(1);
    vi.mocked(client.runs.list).mockResolvedValue([run({ status: 'done', classifierId: 2 })] as never);
    await training.refreshRuns();
    expect(training.chosen?.id).toBe(1);
    classifiers.list = [{ id: 2, name: 'Classifier 2', current: false }, old] as never;
    await nextTick();
    expect(training.chosen).toMatchObject({ id: 2, current: false });
    // Another choice of the person stays.
    training.chosenId = 1;
    await training.refreshRuns();
    expect(training.chosen?.id).toBe(1);
    vi.mocked(client.classifiers.list).mockResolvedValue([]);
    await training.use({ id: 2 } as never);
    expect(client.classifiers.use).toHaveBeenCalledWith({ classifierId: 2 });
  });
});
