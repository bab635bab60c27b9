// The label formats by name.
import type { z } from 'zod';
import type { labelFormat } from '../../../shared/contract/annotation.ts';
import { audiosetCsv } from './audiosetCsv.ts';
import { cavmaeJson } from './cavmaeJson.ts';
import { fiftyoneJson } from './fiftyoneJson.ts';
import { jsonLines } from './jsonLines.ts';
import { labelFolders } from './labelFolders.ts';
import type { LabelFormat } from './labelRecord.ts';
import { parquetLabels } from './parquetLabels.ts';
import { plainCsv } from './plainCsv.ts';
import { vggsoundCsv } from './vggsoundCsv.ts';

export type LabelFormatName = z.infer<typeof labelFormat>;

export const labelFormats: Record<LabelFormatName, LabelFormat> = {
  csv: plainCsv,
  jsonl: jsonLines,
  'audioset-csv': audiosetCsv,
  'vggsound-csv': vggsoundCsv,
  'cavmae-json': cavmaeJson,
  folders: labelFolders,
  parquet: parquetLabels,
  fiftyone: fiftyoneJson,
};
