// The contract: every procedure of the engine, by noun. Client, server, command line and OpenAPI document are made from it.
//
// Bulk numbers travel beside it, as safetensors or media under plain URLs (see `wire/urls.ts`).
import { annotations } from './procedures/annotations.ts';
import { classifiers } from './procedures/classifiers.ts';
import { clips } from './procedures/clips.ts';
import { collection } from './procedures/collection.ts';
import { datasets } from './procedures/datasets.ts';
import { embeddings } from './procedures/embeddings.ts';
import { estimates } from './procedures/estimates.ts';
import { events } from './procedures/events.ts';
import { finetune } from './procedures/finetune.ts';
import { inspect } from './procedures/inspect.ts';
import { jobs } from './procedures/jobs.ts';
import { learning } from './procedures/learning.ts';
import { metadata } from './procedures/metadata.ts';
import { models } from './procedures/models.ts';
import { pretrain } from './procedures/pretrain.ts';
import { projections } from './procedures/projections.ts';
import { runs } from './procedures/runs.ts';
import { schemas } from './procedures/schemas.ts';
import { search } from './procedures/search.ts';
import { snapshots } from './procedures/snapshots.ts';
import { system } from './procedures/system.ts';
import { views } from './procedures/views.ts';
import { workspaces } from './procedures/workspaces.ts';

export const contract = {
  system,
  workspaces,
  collection,
  clips,
  schemas,
  annotations,
  events,
  estimates,
  snapshots,
  datasets,
  metadata,
  views,
  embeddings,
  projections,
  search,
  inspect,
  finetune,
  learning,
  pretrain,
  runs,
  classifiers,
  models,
  jobs,
};
export type Contract = typeof contract;
