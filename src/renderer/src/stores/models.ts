// The models of the workspace: which there are, which one is current, and how a file becomes one.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { EmbeddingSet, Model } from '../../../shared/contract/model.ts';
import { bridge } from '../engine/bridge.ts';
import { client } from '../engine/client.ts';
import { failureFrom } from '../engine/failure.ts';
import type { Failure } from '../engine/failure.ts';
import { inOrder } from '../../../shared/async/inOrder.ts';
import { uploadFile } from '../engine/uploadFile.ts';
import { useCollection } from './collection.ts';
import { useJobs } from './jobs.ts';
import { useToasts } from './toasts.ts';

/** Whether a file's name is that of a checkpoint. */
export const isModelFile = (name: string): boolean => /\.(safetensors|pth|pt)$/i.test(name);

/** A file on its way into the catalogue. `share`: how much of it was sent, null while the engine reads it. */
export interface Adding {
  name: string;
  share: number | null;
}

/** How a file becomes a model. @param added takes the new model in */
function useAdding(added: (model: Model) => Promise<void>) {
  const [collection, toasts] = [useCollection(), useToasts()];
  const adding = shallowRef<Adding | null>(null);
  /** Why the last file did not become a model. */
  const refused = shallowRef<{ name: string; failure: Failure } | null>(null);

  async function add(name: string, path: () => Promise<string>): Promise<void> {
    refused.value = null;
    try {
      const model = await client.models.add({ path: await path() });
      await added(model);
      toasts.show('success', `${model.name} was added`);
    } catch (error) {
      refused.value = { name, failure: failureFrom(error) };
    } finally {
      adding.value = null;
    }
  }
  /** Adds a checkpoint by its path on the engine's machine. */
  async function addPath(path: string): Promise<void> {
    const name = path.split(/[\\/]/).at(-1)!;
    adding.value = { name, share: null };
    await add(name, async () => path);
  }
  /** Adds a dropped or chosen checkpoint: by its real path where the shell knows it, else it is sent. */
  async function addFile(file: File): Promise<void> {
    const known = bridge().pathForFile?.(file);
    if (known) return addPath(known);
    adding.value = { name: file.name, share: 0 };
    await add(file.name, async () => {
      const limit = collection.capabilities?.maxUploadBytes ?? Infinity;
      if (file.size > limit)
        throw Object.assign(new Error('the file is too large to send'), {
          code: 'BAD_INPUT',
          data: { hint: 'Copy it to the machine that runs the engine and choose it there.' },
        });
      const sent = await uploadFile(
        file,
        (bytes) => {
          adding.value = { name: file.name, share: bytes / Math.max(1, file.size) };
        },
        new AbortController().signal,
        'model',
      );
      adding.value = { name: file.name, share: null };
      return sent;
    });
  }
  return { adding, refused, addPath, addFile };
}

/** What the engine lists. */
function useLists() {
  const list = shallowRef<Model[]>([]);
  const refresh = inOrder(
    () => client.models.list(),
    (answer) => {
      list.value = answer;
    },
  );
  /** How the vectors of each embedding set were computed. */
  const sets = shallowRef<EmbeddingSet[]>([]);
  const refreshSets = inOrder(
    () => client.embeddings.sets(),
    (answer) => {
      sets.value = answer;
    },
  );
  return { list, refresh, sets, refreshSets };
}

export const useModels = defineStore('models', () => {
  const [jobs, toasts] = [useJobs(), useToasts()];
  const { list, refresh, sets, refreshSets } = useLists();
  /** The model that the panel shows. */
  const chosenId = ref<string | null>(null);

  const current = computed<Model | null>(() => list.value.find((model) => model.current) ?? null);
  const chosen = computed<Model | null>(
    () => list.value.find(({ id }) => id === chosenId.value) ?? current.value ?? list.value[0] ?? null,
  );
  const nameOf = (modelId: string): string => list.value.find(({ id }) => id === modelId)?.name ?? modelId;
  const ofSet = (setId: number): Model | null =>
    list.value.find(({ sets }) => sets.some(({ id }) => id === setId)) ?? null;

  /** Makes a model the current one; with `embed`, clips that lack its embeddings get them. */
  async function use(modelId: string, embed = false): Promise<boolean> {
    try {
      const { jobId } = await client.models.use({ modelId, embed });
      if (jobId !== null) await jobs.ask(jobId);
      await refresh();
      return true;
    } catch (error) {
      toasts.fail(error, `Using ${nameOf(modelId)}`);
      return false;
    }
  }

  const { adding, refused, addPath, addFile } = useAdding((model) => {
    chosenId.value = model.id;
    return refresh();
  });
  return {
    list,
    current,
    chosenId,
    chosen,
    sets,
    adding,
    refused,
    nameOf,
    ofSet,
    refresh,
    refreshSets,
    use,
    addPath,
    addFile,
  };
});
