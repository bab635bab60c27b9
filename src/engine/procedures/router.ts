// All procedures of the contract, joined.
import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/index.ts';
import { createAnnotationsProcedures } from './annotations.ts';
import { createClassifiersProcedures } from './classifiers.ts';
import { createClipsProcedures } from './clips.ts';
import { createCollectionProcedures } from './collection.ts';
import { createEmbeddingsProcedures } from './embeddings.ts';
import type { EngineContext } from './engineContext.ts';
import { createFinetuneProcedures } from './finetune.ts';
import { createInspectProcedures } from './inspect.ts';
import { createJobsProcedures } from './jobs.ts';
import { createLearningProcedures } from './learning.ts';
import { createModelsProcedures } from './models.ts';
import { createPretrainProcedures } from './pretrain.ts';
import { createProjectionsProcedures } from './projections.ts';
import { createRunsProcedures } from './runs.ts';
import { createSchemasProcedures } from './schemas.ts';
import { createSearchProcedures } from './search.ts';
import { createSystemProcedures } from './system.ts';
import { createViewsProcedures } from './views.ts';
import { createWorkspacesProcedures } from './workspaces.ts';

/** Complete by type: a procedure of the contract that is not implemented does not compile. */
export function createRouter(context: EngineContext) {
  return implement(contract).router({
    system: createSystemProcedures(context),
    workspaces: createWorkspacesProcedures(context),
    collection: createCollectionProcedures(context),
    clips: createClipsProcedures(context),
    schemas: createSchemasProcedures(context),
    annotations: createAnnotationsProcedures(context),
    views: createViewsProcedures(context),
    embeddings: createEmbeddingsProcedures(context),
    projections: createProjectionsProcedures(context),
    search: createSearchProcedures(context),
    inspect: createInspectProcedures(context),
    finetune: createFinetuneProcedures(context),
    learning: createLearningProcedures(context),
    pretrain: createPretrainProcedures(context),
    runs: createRunsProcedures(context),
    classifiers: createClassifiersProcedures(context),
    models: createModelsProcedures(context),
    jobs: createJobsProcedures(context),
  });
}

export type EngineRouter = ReturnType<typeof createRouter>;
