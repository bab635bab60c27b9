// The models of a workspace: what there is, which one is current, own files in and out, official checkpoints by download.
import { implement } from '@orpc/server';
import { rm } from 'node:fs/promises';
import { contract } from '../../../shared/contract/index.ts';
import type { Model } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { addModel } from '../../checkpoint/catalogue/addModel.ts';
import { resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import { authorsPage, officialModel } from '../../checkpoint/catalogue/officialModels.ts';
import { exportModel } from '../../checkpoint/exportModel.ts';
import { inspectCheckpoint } from '../../checkpoint/inspectCheckpoint.ts';
import type { EngineContext } from '../engineContext.ts';
import { forgetUpload } from '../importing/forgetUpload.ts';
import { comparedSets } from './compareModelsJob.ts';
import { comparisonOf } from './keptComparisons.ts';
import { useModel } from './currentModel.ts';
import { downloadOf, downloadTitle, forgetDownload } from './downloadJob.ts';
import { embedMissing } from './embedMissing.ts';
import { removeComputed } from './removeComputed.ts';
import { giveName, workspaceModels } from './workspaceModels.ts';

export function createModelsProcedures(context: EngineContext) {
  const os = implement(contract.models);
  const { workspace, jobs, events } = context;
  const list = (): Promise<Model[]> => workspaceModels(context);

  async function get(modelId: string): Promise<Model> {
    const model = (await list()).find(({ id }) => id === modelId);
    if (!model) throw new EngineError('NOT_FOUND', `there is no model ${modelId}`, { field: 'modelId' });
    return model;
  }

  /** Random weights of any size and seed are models without being listed. */
  async function assertUsable(modelId: string): Promise<void> {
    resolveModel(workspace, modelId);
    const model = (await list()).find(({ id }) => id === modelId);
    if (model?.state === 'broken')
      throw new EngineError('CHECKPOINT_MISMATCH', `${model.name} cannot be used: ${model.purpose}`, {
        field: 'modelId',
        ...(model.path && { path: model.path }),
        hint: 'Remove it and add a whole file. The model in use stays.',
      });
  }

  async function dependentsOf(modelId: string) {
    const { current, sets } = await get(modelId);
    return {
      current,
      clips: sets.reduce((most, { clips }) => Math.max(most, clips), 0),
      maps: sets.reduce((sum, { maps }) => sum + maps, 0),
      classifiers: workspace.classifiers
        .list()
        .filter((classifier) => classifier.modelId === modelId)
        .map(({ id, name }) => ({ id, name })),
      children: (await list()).filter(({ parent }) => parent === modelId).map(({ name }) => name),
    };
  }

  return {
    list: os.list.handler(() => list()),

    use: os.use.handler(async ({ input: { modelId, embed } }) => {
      await assertUsable(modelId);
      const inUse = useModel(context, modelId);
      return { ...inUse, jobId: embed ? embedMissing(context) : null };
    }),

    add: os.add.handler(async ({ input: { path, name, windowS } }) => {
      try {
        const taken = (await list()).map((model) => model.name);
        const id = await addModel(workspace.folder('models'), path, name, taken, windowS);
        events.publish({ type: 'modelsChanged' });
        return await get(id);
      } finally {
        await forgetUpload(context, path);
      }
    }),

    rename: os.rename.handler(async ({ input: { modelId, name } }) => {
      const model = await get(modelId);
      if (model.origin !== 'own')
        throw new EngineError('BAD_INPUT', `${model.name} keeps the name it was published under`, { field: 'modelId' });
      const same = (await list()).find(
        (other) => other.id !== modelId && other.name.toLowerCase() === name.toLowerCase(),
      );
      if (same)
        throw new EngineError('CONFLICT', `another model is called ${same.name}`, {
          field: 'name',
          hint: 'Choose a name that no other model has.',
        });
      giveName(context, modelId, name);
      events.publish({ type: 'modelsChanged' });
      return get(modelId);
    }),

    dependents: os.dependents.handler(({ input: { modelId } }) => dependentsOf(modelId)),

    compare: os.compare.handler(async ({ input }) => {
      comparedSets(context, input);
      if (input.schemaId !== undefined) workspace.annotations.multiLabel(input.schemaId);
      const all = await list();
      const name = (modelId: string): string => all.find(({ id }) => id === modelId)?.name ?? modelId;
      const title = `Compare ${name(input.modelId)} with ${name(input.otherId)}`;
      return { jobId: jobs.add('compareModels', title, input) };
    }),

    comparison: os.comparison.handler(({ input: { modelId, otherId } }) => comparisonOf(context, modelId, otherId)),

    inspect: os.inspect.handler(async ({ input: { modelId } }) => {
      const model = await get(modelId);
      if (!model.path)
        throw new EngineError('NOT_FOUND', `${model.name} has no file to look into`, {
          field: 'modelId',
          hint: model.state === 'not-downloaded' ? 'Download it first.' : 'Random weights are made when they are used.',
        });
      const { format, kind, parent, config, tensors, metadata, classes } = await inspectCheckpoint(model.path);
      return { format, kind, parent, config, tensors, metadata, classes };
    }),

    remove: os.remove.handler(async ({ input: { modelId, embeddings } }) => {
      const model = await get(modelId);
      if (model.origin === 'shipped' || model.origin === 'random')
        throw new EngineError('BAD_INPUT', `${model.name} belongs to the application and stays`, { field: 'modelId' });
      if (model.current)
        throw new EngineError('CONFLICT', `${model.name} is the current model: the map and the search use it`, {
          field: 'modelId',
          hint: 'Use another model first.',
        });
      const job = downloadOf(jobs, model.name);
      if (job) jobs.cancel(job.id);
      await forgetDownload(workspace.folder('models'), modelId);
      if (model.path) await rm(model.path, { force: true });
      giveName(context, modelId, null);
      if (embeddings) removeComputed(context, modelId, model.sets);
      events.publish({ type: 'modelsChanged' });
      return {};
    }),

    download: os.download.handler(async ({ input: { modelId } }) => {
      const model = await get(modelId);
      if (model.state === 'ready')
        throw new EngineError('CONFLICT', `${model.name} is already there`, { field: 'modelId' });
      if (!officialModel(modelId)?.url)
        throw new EngineError('BAD_INPUT', `${model.name} has no link to download from`, {
          field: 'modelId',
          hint: `Get the file from ${authorsPage} and add it.`,
        });
      const running = downloadOf(jobs, model.name);
      if (running) return { jobId: running.id };
      const jobId = jobs.add('download', downloadTitle(model.name), { modelId });
      events.publish({ type: 'modelsChanged' });
      return { jobId };
    }),

    export: os.export.handler(async ({ input: { modelId, path, format, mode } }) => ({
      files: await exportModel(resolveModel(workspace, modelId), path, format, mode),
    })),
  };
}
