// Clips whose sound says one class and whose picture another: by the classifier's own heads for sound alone and picture
// alone, where there is one with both; else by the labelled clips nearest in sound and in picture.
import { percentText } from '../../../shared/percentText.ts';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Classifier } from '../../../shared/contract/model.ts';
import { divergence } from '../../exploration/queues/labelQueues.ts';
import { embeddingSetOf } from '../maps/embeddingRows.ts';
import type { EngineContext } from '../engineContext.ts';
import type { SchemaLabels } from './labelledClips.ts';
import type { QueuedClip } from './queuedClip.ts';
import { matrixFile } from '../maps/matrixFiles.ts';

interface Question {
  context: EngineContext;
  schema: SchemaLabels;
  classifier: Classifier | null;
  limit: number;
  signal: AbortSignal | undefined;
}

/** Attributions read at a time: the host answers others in between. */
const pageSize = 2000;

export async function disagreementQueue(question: Question): Promise<QueuedClip[]> {
  return (await byHeads(question)) ?? byNeighbours(question);
}

/** Null where the classifier has no heads of its own for sound and picture. */
async function byHeads({
  context: { workspace },
  schema,
  classifier,
  limit,
  signal,
}: Question): Promise<QueuedClip[] | null> {
  if (!classifier || classifier.depth !== 'head' || classifier.stale) return null;
  const spoken = new Set(schema.labelled.clipIds);
  const name = new Map(classifier.classes.map((one) => [one.classId, one.name]));
  const found: QueuedClip[] = [];
  let both = false;
  for (let after = 0; ;) {
    const page = workspace.classifiers.attributionPage(classifier.id, after, pageSize);
    for (const { clipId, rows } of page) {
      const known = rows.filter((row) => row.audio !== null && row.visual !== null);
      if (known.length < 2) continue;
      both = true;
      if (spoken.has(clipId)) continue;
      const heard = known.reduce((a, b) => (b.audio! > a.audio! ? b : a));
      const seen = known.reduce((a, b) => (b.visual! > a.visual! ? b : a));
      if (heard.classId === seen.classId) continue;
      const score = divergence(
        Float32Array.from(known, (row) => row.audio!),
        Float32Array.from(known, (row) => row.visual!),
        0,
        known.length,
      );
      found.push({
        clipId,
        score,
        reason: `the sound says ${name.get(heard.classId)} (${percentText(heard.audio!)}), the picture says ${name.get(seen.classId)} (${percentText(seen.visual!)})`,
      });
    }
    if (page.length < pageSize) break;
    after = page.at(-1)!.clipId;
    await breathe();
    signal?.throwIfAborted();
  }
  return both ? found.sort((a, b) => b.score - a.score || a.clipId - b.clipId).slice(0, limit) : null;
}

async function byNeighbours({ context, schema, limit, signal }: Question): Promise<QueuedClip[]> {
  const { setId } = embeddingSetOf(context);
  const found = await context.projection.calls.disagreement(
    {
      audio: matrixFile(context, setId, 'audio'),
      visual: matrixFile(context, setId, 'visual'),
      labelled: schema.labelled,
      limit,
    },
    signal ? { signal } : {},
  );
  const name = (index: number): string => schema.classes[index]?.name ?? `class ${index}`;
  return found.map(({ clipId, score, audio, visual }) => ({
    clipId,
    score,
    reason: `sounds like ${name(audio.classIndex)} (${percentText(audio.share)}), looks like ${name(visual.classIndex)} (${percentText(visual.share)})`,
  }));
}
