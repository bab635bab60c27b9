// A FiftyOne dataset as `fiftyone.Dataset.from_json` reads it: one sample per file; windows of longer files as temporal
// detections.
import type { LabelFormat, WrittenRecord } from './labelRecord.ts';
import { writeWhole } from './textFile.ts';

const labels = 'fiftyone.core.labels';
const embedded = (type: string): string => `fiftyone.core.fields.EmbeddedDocumentField(${labels}.${type})`;
/** For files whose frame rate is unknown: FiftyOne counts support in frames. */
const assumedFrameRateHz = 30;

interface Mark {
  value: string;
  presence: string | null;
  source: string;
  start: number;
  end: number;
}
const mark = (r: WrittenRecord): Mark => ({
  value: r.value,
  presence: r.presence,
  source: r.source,
  start: r.startS,
  end: r.endS,
});

function sample(records: readonly WrittenRecord[]): Record<string, unknown> {
  const { absolutePath, kind } = records[0] as WrittenRecord;
  const whole = records
    .filter((r) => r.whole)
    .map((r) => ({ _cls: 'Classification', label: r.label, tags: [], ...mark(r) }));
  const windows = records
    .filter((r) => !r.whole)
    .map((r) => {
      const rate = r.frameRateHz ?? assumedFrameRateHz;
      return {
        _cls: 'TemporalDetection',
        label: r.label,
        tags: [],
        support: [Math.floor(r.startS * rate) + 1, Math.max(Math.floor(r.startS * rate) + 1, Math.ceil(r.endS * rate))],
        ...mark(r),
      };
    });
  return {
    filepath: absolutePath,
    tags: [],
    metadata: null,
    _media_type: kind === 'image' ? 'image' : kind === 'video' ? 'video' : 'unknown',
    ground_truth: whole.length ? { _cls: 'Classifications', classifications: whole } : null,
    segments: windows.length ? { _cls: 'TemporalDetections', detections: windows } : null,
  };
}

export const fiftyoneJson: LabelFormat = {
  fileName: 'fiftyone.json',
  positivesOnly: false,
  read: null,
  write(file, records, classes, schema) {
    const media = new Map<number, WrittenRecord[]>();
    for (const record of records) media.set(record.mediaId, [...(media.get(record.mediaId) ?? []), record]);
    const samples = [...media.values()].map(sample);
    const kinds = new Set(samples.map(({ _media_type }) => _media_type));
    return [
      writeWhole(
        file,
        `${JSON.stringify({
          name: schema,
          media_type: kinds.size === 1 ? [...kinds][0] : 'mixed',
          num_samples: samples.length,
          info: { writer: 'CAV-MAE Studio' },
          default_classes: classes,
          classes: { ground_truth: classes, segments: classes },
          sample_fields: {
            filepath: 'fiftyone.core.fields.StringField',
            tags: 'fiftyone.core.fields.ListField(fiftyone.core.fields.StringField)',
            ground_truth: embedded('Classifications'),
            segments: embedded('TemporalDetections'),
          },
          samples,
        })}\n`,
      ),
    ];
  },
};
