import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';

vi.mock('../../../../../src/renderer/src/engine/client.ts', () => ({
  client: { finetune: { preview: vi.fn() }, schemas: { list: vi.fn() } },
}));
const { client } = await import('../../../../../src/renderer/src/engine/client.ts');
const { useTraining } = await import('../../../../../src/renderer/src/features/training/useTraining.ts');
const { createEventRouter } = await import('../../../../../src/renderer/src/stores/eventRouter.ts');
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
