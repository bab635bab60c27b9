// How an exported subset is laid out.
import { z } from 'zod';

/**
 * `tables`: CSV and Parquet without media. `audiofolder`, `videofolder`: the layouts of Hugging Face `datasets`, a media file for each clip
 * beside metadata.jsonl. `webdataset`: tar shards of media and JSON.
 */
export const datasetLayout = z.enum(['tables', 'audiofolder', 'videofolder', 'webdataset']);
export type DatasetLayout = z.infer<typeof datasetLayout>;
