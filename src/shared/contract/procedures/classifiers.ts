// Classifiers: use, predict, compare, evaluate, export.
import { z } from 'zod';
import { id } from '../clip.ts';
import { itemFailure } from '../errors.ts';
import { started } from '../job.ts';
import { classifierComparison, filePrediction } from '../learning.ts';
import { classifier, metrics, prediction } from '../model.ts';
import { base, none, ok } from './base.ts';

export const classifiers = {
  list: base.input(none).output(z.array(classifier)),
  get: base.input(z.object({ classifierId: id })).output(classifier),
  use: base.input(z.object({ classifierId: id.nullable() })).output(ok),
  rename: base.input(z.object({ classifierId: id, name: z.string().min(1).max(200) })).output(classifier),
  remove: base.input(z.object({ classifierId: id })).output(ok),
  setThreshold: base
    .input(z.object({ classifierId: id, classId: id, threshold: z.number().min(0).max(1) }))
    .output(classifier),
  /** Job result: { predicted, failed }. */
  predict: base.input(z.object({ classifierId: id, clipIds: z.array(id).optional() })).output(started),
  /** Files outside the collection, by a classifier of the workspace or an exported folder; nothing is kept. */
  predictFiles: base
    .input(
      z
        .object({
          classifierId: id.optional(),
          folder: z.string().optional(),
          paths: z.array(z.string().min(1)).min(1).max(10_000),
        })
        .refine(
          ({ classifierId, folder }) => (classifierId === undefined) !== (folder === undefined),
          'name a classifier or a folder',
        ),
    )
    .output(z.object({ rows: z.array(filePrediction), failed: z.array(itemFailure) })),
  predictions: base
    .input(
      z.object({
        classifierId: id,
        clipIds: z.array(id).max(5000).optional(),
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(5000).default(1000),
      }),
    )
    .output(z.array(prediction)),
  /** By the stored predictions of both. */
  compare: base.input(z.object({ classifierId: id, otherId: id })).output(classifierComparison),
  evaluate: base.input(z.object({ classifierId: id, labels: z.string().optional() })).output(metrics),
  export: base
    .input(
      z.object({
        classifierId: id,
        path: z.string().min(1),
        format: z.enum(['safetensors', 'pth', 'onnx', 'folder', 'card']),
      }),
    )
    .output(z.object({ files: z.array(z.string()) })),
  exportPredictions: base
    .input(
      z.object({
        classifierId: id,
        path: z.string().min(1),
        format: z.enum(['csv', 'jsonl', 'parquet']),
        /** Only these clips; all where left out. */
        clipIds: z.array(id).optional(),
      }),
    )
    .output(z.object({ files: z.array(z.string()) })),
};
