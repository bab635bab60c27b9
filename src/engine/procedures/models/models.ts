// The model catalogue: what there is, own files in and out, official checkpoints by download.
import { implement } from '@orpc/server';
import { rm } from 'node:fs/promises';
import { contract } from '../../../shared/contract/index.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { addModel } from '../../checkpoint/catalogue/addModel.ts';
import { listModels, resolveModel, type CatalogueModel } from '../../checkpoint/catalogue/catalogue.ts';
import { authorsPage, officialModel } from '../../checkpoint/catalogue/officialModels.ts';
import { exportModel } from '../../checkpoint/exportModel.ts';
import { forgetDownload } from './downloadJob.ts';
import type { EngineContext } from '../engineContext.ts';

/** What a download job is called; the tray shows it, and the list tells by it which models are on their way. */
const downloadTitle = (name: string): string => `Download ${name}`;

export function createModelsProcedures(context: EngineContext) {
  const os = implement(contract.models);
  const { workspace, jobs, events } = context;

  const activeDownload = (name: string) =>
    jobs.list({ active: true, limit: 500 }).find((job) => job.kind === 'download' && job.title === downloadTitle(name));

  async function list(): Promise<CatalogueModel[]> {
    const models = await listModels(workspace);
    return models.map((model) =>
      model.state === 'not-downloaded' && activeDownload(model.name)
        ? { ...model, state: 'downloading' as const }
        : model,
    );
  }

  async function get(modelId: string): Promise<CatalogueModel> {
    const model = (await list()).find(({ id }) => id === modelId);
    if (!model) throw new EngineError('NOT_FOUND', `there is no model ${modelId}`, { field: 'modelId' });
    return model;
  }

  return {
    list: os.list.handler(() => list()),

    add: os.add.handler(async ({ input: { path, name } }) => {
      const id = await addModel(workspace.folder('models'), path, name);
      events.publish({ type: 'modelsChanged' });
      return get(id);
    }),

    remove: os.remove.handler(async ({ input: { modelId } }) => {
      const model = await get(modelId);
      if (model.origin === 'shipped' || model.origin === 'random')
        throw new EngineError('BAD_INPUT', `${model.name} belongs to the application and stays`, { field: 'modelId' });
      const current = workspace.vectors.current();
      if (current?.modelId === modelId)
        throw new EngineError('CONFLICT', `the map and the search use ${model.name}`, {
          field: 'modelId',
          hint: 'Embed the collection with another model first.',
        });
      const job = activeDownload(model.name);
      if (job) jobs.cancel(job.id);
      await forgetDownload(workspace.folder('models'), modelId);
      if (model.path) await rm(model.path, { force: true });
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
      const running = activeDownload(model.name);
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
