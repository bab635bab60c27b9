// All procedures of the contract, joined.
import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/index.ts';
import { createAnnotationsProcedures } from '../procedures/labels/annotations.ts';
import { createClassifiersProcedures } from '../procedures/classifiers/classifiers.ts';
import { createClipsProcedures } from '../procedures/labels/clips.ts';
import { createCollectionProcedures } from '../procedures/importing/collection.ts';
import { createDatasetsProcedures } from '../procedures/datasets/datasets.ts';
import { createEmbeddingsProcedures } from '../procedures/maps/embeddings.ts';
import { createEstimatesProcedures } from '../procedures/estimates/estimates.ts';
import { createEventsProcedures } from '../procedures/events/events.ts';
import type { EngineContext } from '../procedures/engineContext.ts';
import { createFinetuneProcedures } from '../procedures/classifiers/finetune.ts';
import { createInspectProcedures } from '../procedures/inspection/inspect.ts';
import { createJobsProcedures } from '../procedures/jobs.ts';
import { createLearningProcedures } from '../procedures/classifiers/learning.ts';
import { createMetadataProcedures } from '../procedures/metadata/metadata.ts';
import { createModelsProcedures } from '../procedures/models/models.ts';
import { createPretrainProcedures } from '../procedures/pretraining/pretrain.ts';
import { createProjectionsProcedures } from '../procedures/maps/projections.ts';
import { createRunsProcedures } from '../procedures/classifiers/runs.ts';
import { createSchemasProcedures } from '../procedures/labels/schemas.ts';
import { createSearchProcedures } from '../procedures/maps/search.ts';
import { createSnapshotsProcedures } from '../procedures/snapshots/snapshots.ts';
import { createSystemProcedures } from '../procedures/system.ts';
import { createViewsProcedures } from '../procedures/labels/views.ts';
import { createWorkspacesProcedures } from '../procedures/workspaces.ts';

/** Complete by type: a procedure of the contract that is not implemented does not compile. */
export function createRouter(context: EngineContext) {
  return implement(contract).router({
    system: createSystemProcedures(context),
    workspaces: createWorkspacesProcedures(context),
    collection: createCollectionProcedures(context),
    clips: createClipsProcedures(context),
    schemas: createSchemasProcedures(context),
    annotations: createAnnotationsProcedures(context),
    events: createEventsProcedures(context),
    metadata: createMetadataProcedures(context),
    estimates: createEstimatesProcedures(context),
    datasets: createDatasetsProcedures(context),
    snapshots: createSnapshotsProcedures(context),
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
