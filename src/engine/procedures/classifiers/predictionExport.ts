// Predictions of a classifier as a table: CSV, JSON lines or Parquet.
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Classifier } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { writeCsv } from '../../collection/labels/safeCsv.ts';
import { writeDurably } from '../../base/writeDurably.ts';
import type { EngineContext } from '../engineContext.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** One row per clip: its window, the likeliest class, whether that lies below its threshold, and every class's probability. Throws BAD_INPUT where nothing is predicted yet. */
export async function exportPredictions(
  { workspace }: EngineContext,
  classifier: Classifier,
  path: string,
  format: 'csv' | 'jsonl' | 'parquet',
  onlyClips?: readonly number[],
): Promise<string[]> {
  const { clipIds, probabilities } = workspace.classifiers.predictions(classifier.id, onlyClips);
  if (!clipIds.length)
    throw new EngineError('BAD_INPUT', `“${classifier.name}” has predicted nothing yet`, {
      hint: 'Run its predictions first.',
    });
  const width = classifier.classes.length;
  const clips = new Map(workspace.clips.many([...clipIds]).map((clip) => [clip.id, clip]));
  const rows = Array.from(clipIds).flatMap((clipId, n) => {
    const clip = clips.get(clipId);
    if (!clip) return [];
    const p = Array.from(probabilities.subarray(n * width, (n + 1) * width));
    const top = p.indexOf(Math.max(...p));
    return [
      {
        clip,
        p,
        top: classifier.classes[top]!.name,
        abstained: p[top]! < (classifier.metrics.classes[top]?.threshold ?? 0),
      },
    ];
  });
  const names = classifier.classes.map(({ name }) => name);
  if (format === 'csv')
    writeDurably(
      path,
      text(
        writeCsv([
          ['path', 'start', 'end', 'predicted', 'abstained', ...names],
          ...rows.map(({ clip, p, top, abstained }) => [
            clip.absolutePath,
            clip.startS,
            clip.endS,
            top,
            String(abstained),
            ...p,
          ]),
        ]),
      ),
    );
  else if (format === 'jsonl')
    writeDurably(
      path,
      text(
        rows
          .map(
            ({ clip, p, top, abstained }) =>
              `${JSON.stringify({ clip: clip.id, path: clip.absolutePath, start: clip.startS, end: clip.endS, predicted: top, abstained, probabilities: Object.fromEntries(names.map((name, k) => [name, p[k]])) })}\n`,
          )
          .join(''),
      ),
    );
  else {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'path', data: rows.map((r) => r.clip.absolutePath), type: 'STRING' },
        { name: 'start', data: rows.map((r) => r.clip.startS), type: 'DOUBLE' },
        { name: 'end', data: rows.map((r) => r.clip.endS), type: 'DOUBLE' },
        { name: 'predicted', data: rows.map((r) => r.top), type: 'STRING' },
        { name: 'abstained', data: rows.map((r) => r.abstained), type: 'BOOLEAN' as const },
        ...names.map((name, k) => ({ name: `p:${name}`, data: rows.map((r) => r.p[k]!), type: 'DOUBLE' as const })),
      ],
    });
    writeDurably(path, new Uint8Array(bytes));
  }
  return [path];
}
