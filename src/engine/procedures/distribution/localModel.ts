// The name of a shared model in this workspace: the same weights under the same name, else a copy out of the store.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import { addModel } from '../../checkpoint/catalogue/addModel.ts';
import { resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import { describeModel, fetchModel } from '../../distribution/modelFile.ts';
import type { ObjectStore } from '../../distribution/objectStore.ts';
import type { SharedModel } from '../../distribution/recipe.ts';
import type { EngineContext } from '../engineContext.ts';
import { configPathBeside } from './configPathBeside.ts';

const settingKey = 'sharedModels';

async function hasHash(workspace: EngineContext['workspace'], modelId: string, hash: string): Promise<boolean> {
  try {
    const resolved = resolveModel(workspace, modelId);
    return (await describeModel(resolved, modelId, await configPathBeside(resolved))).hash === hash;
  } catch (thrown) {
    if (EngineError.from(thrown).code === 'NOT_FOUND') return false;
    throw thrown;
  }
}

/** @throws EngineError CHECKPOINT_MISMATCH, DISK_FULL */
export async function localModel(
  { workspace }: EngineContext,
  store: ObjectStore,
  shared: SharedModel,
): Promise<string> {
  if (await hasHash(workspace, shared.name, shared.hash)) return shared.name;
  const copies = workspace.settings.get<Record<string, string>>(settingKey) ?? {};
  const copied = copies[shared.hash];
  if (copied !== undefined) return copied;
  const folder = await mkdtemp(path.join(tmpdir(), 'cavmae-model-'));
  try {
    const file = await fetchModel(store, shared, folder);
    const id = await addModel(workspace.folder('models'), file, shared.name);
    workspace.settings.set(settingKey, { ...copies, [shared.hash]: id });
    return id;
  } catch (thrown) {
    if (EngineError.from(thrown).code !== 'NOT_FOUND') throw thrown;
    // Vectors without their model still make a map; another model of that name must not be taken for theirs.
    return `${shared.name}@${shared.hash.slice(0, 8)}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
