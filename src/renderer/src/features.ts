// The features of the window, by name. Order decides where sidebar sections and commands of equal rank come.
import type { Feature } from './feature.ts';
import { clipFeature } from './features/clip/index.ts';
import { collectionFeature } from './features/collection/index.ts';
import { gridFeature } from './features/grid/index.ts';
import { importFeature } from './features/import/index.ts';
import { jobsFeature } from './features/jobs/index.ts';
import { labellingFeature } from './features/labelling/index.ts';
import { mapFeature } from './features/map/index.ts';

// The workbench and the training panel join as soon as their folders are there.
const later = import.meta.glob<{ feature: Feature }>('./features/{inspect,training}/index.ts', { eager: true });

export const features: readonly Feature[] = [
  collectionFeature, mapFeature, gridFeature, clipFeature, labellingFeature, importFeature, jobsFeature, ...Object.values(later).map((module) => module.feature),
];
