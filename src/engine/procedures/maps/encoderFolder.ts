// Where the graphs lie that onnxruntime computes embeddings with: a cache, safe to delete.
import path from 'node:path';
import type { EngineContext } from '../engineContext.ts';

export const encoderFolder = (workspace: EngineContext['workspace']): string =>
  path.join(workspace.folder('models'), 'encoders');
