// The features of the window, by name. Order decides where sidebar sections and commands of equal rank come.
import type { Feature } from './feature.ts';
import { clipFeature } from './features/clip/index.ts';
import { clustersFeature } from './features/clusters/index.ts';
import { collectionFeature } from './features/collection/index.ts';
import { correspondenceFeature } from './features/correspondence/index.ts';
import { estimateFeature } from './features/estimate/index.ts';
import { eventsFeature } from './features/events/index.ts';
import { findFeature } from './features/find/index.ts';
import { gridFeature } from './features/grid/index.ts';
import { helpFeature } from './features/help/index.ts';
import { importFeature } from './features/import/index.ts';
import { feature as inspectFeature } from './features/inspect/index.ts';
import { jobsFeature } from './features/jobs/index.ts';
import { labellingFeature } from './features/labelling/index.ts';
import { learningFeature } from './features/learning/index.ts';
import { mapFeature } from './features/map/index.ts';
import { metadataFeature } from './features/metadata/index.ts';
import { modelsFeature } from './features/models/index.ts';
import { searchFeature } from './features/search/index.ts';
import { snapshotsFeature } from './features/snapshots/index.ts';
import { feature as trainingFeature } from './features/training/index.ts';
import { transferFeature } from './features/transfer/index.ts';
import { workspacesFeature } from './features/workspaces/index.ts';

export const features: readonly Feature[] = [
  collectionFeature,
  mapFeature,
  gridFeature,
  clipFeature,
  labellingFeature,
  eventsFeature,
  metadataFeature,
  findFeature,
  importFeature,
  transferFeature,
  snapshotsFeature,
  jobsFeature,
  modelsFeature,
  inspectFeature,
  trainingFeature,
  estimateFeature,
  learningFeature,
  searchFeature,
  clustersFeature,
  correspondenceFeature,
  workspacesFeature,
  helpFeature,
];
