// The checkpoint file behind a catalogue id.
import { EngineError } from '../../shared/engineError.ts';
import { openSession } from './session.ts';
import { defaultWorkspace } from './workspaceFolder.ts';

/** @throws NOT_FOUND for an unknown id or one whose file is not there yet */
export async function modelPath(modelId: string, workspace = defaultWorkspace()): Promise<string> {
  const session = await openSession({ workspace, writes: false, signal: new AbortController().signal });
  try {
    const models = await session.client.models.list({});
    const model = models.find((one) => one.id === modelId);
    if (!model)
      throw new EngineError('NOT_FOUND', `there is no model or file ${modelId}`, {
        field: 'model',
        hint: `Known: ${models.map((one) => one.id).join(', ')}`,
      });
    if (!model.path)
      throw new EngineError('NOT_FOUND', `${model.name} has no file yet`, {
        field: 'model',
        hint: `cavmae models download ${modelId}`,
      });
    return model.path;
  } finally {
    await session.close();
  }
}
