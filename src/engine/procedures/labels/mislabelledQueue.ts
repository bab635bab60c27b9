// Labels that are likely wrong: contradicted with confidence by heads that have not seen the clip's file; where there
// are too few labels for that, by the labelled clips around them.
import { percentText } from '../../../shared/percentText.ts';
import { confidentDoubts, type Doubt } from '../../exploration/queues/confidentDoubts.ts';
import { trainingData } from '../../training/data/trainingData.ts';
import { embeddedClips, embeddingSetOf, evenSample } from '../maps/embeddingRows.ts';
import type { EngineContext } from '../engineContext.ts';
import type { SchemaLabels } from './labelledClips.ts';
import type { QueuedClip } from './queuedClip.ts';
import { matrixFile } from '../maps/matrixFiles.ts';

interface Question {
  context: EngineContext;
  schema: SchemaLabels;
  schemaId: number;
  limit: number;
  signal: AbortSignal | undefined;
}

/** Fewer labelled clips of a class than this teach no classifier that may speak against labels. */
const leastClips = 4;
const seed = 1;

export async function mislabelledQueue(question: Question): Promise<QueuedClip[]> {
  return (await byClassifier(question)) ?? byNeighbours(question);
}

/** Null where there are too few labels to hold some out. */
async function byClassifier({ context, schemaId, limit, signal }: Question): Promise<QueuedClip[] | null> {
  const { workspace } = context;
  const { setId, dim } = embeddingSetOf(context);
  const annotations = workspace.annotations.labelled(schemaId);
  const ids = [...new Set(annotations.map(({ clipId }) => clipId))];
  const onlyClips = new Set(workspace.vectors.present(setId, 'joint', ids));
  const { clipIds, sources, classes, targets, multiLabel } = trainingData(
    annotations,
    workspace.annotations.classes(schemaId),
    { multiLabel: workspace.annotations.multiLabel(schemaId), testShare: 0, seed, onlyClips },
  );
  const filesOf = (k: number): number => new Set(sources.filter((_, n) => targets[n * classes.length + k]! > 0.5)).size;
  if (classes.filter((_, k) => filesOf(k) >= leastClips).length < (multiLabel ? 1 : 2)) return null;
  const found = await context.compute.calls.crossPredict(
    {
      dim,
      features: workspace.vectors.places(setId, 'joint', clipIds),
      population: workspace.vectors.places(
        setId,
        'joint',
        evenSample(embeddedClips(context, { setId, dim, modelId: '' })),
      ),
      targets,
      classes: classes.length,
      sources,
      multiLabel,
      seed,
    },
    signal ? { signal } : {},
  );
  const width = classes.length;
  const judged = new Float32Array(found.rows.length * width);
  found.rows.forEach((row, i) => judged.set(targets.subarray(row * width, (row + 1) * width), i * width));
  const name = (k: number): string => classes[k]!.name;
  const seen = new Set<number>();
  return confidentDoubts(found.probabilities, judged, width, multiLabel)
    .flatMap((doubt) => {
      const clipId = clipIds[found.rows[doubt.row]!]!;
      // One place in the queue a clip: the gravest doubt.
      if (seen.has(clipId)) return [];
      seen.add(clipId);
      return [{ clipId, score: doubt.score, reason: reasonOf(doubt, name) }];
    })
    .slice(0, limit);
}

function reasonOf({ kind, given, suggested, usual }: Doubt, name: (k: number) => string): string {
  const sure = percentText(suggested.probability);
  if (kind === 'other')
    return `labelled ${name(given)}, but a classifier that has not seen this file says ${name(suggested.classIndex)} (${sure}; it gives its own clips ${percentText(usual)} on average)`;
  if (kind === 'absent')
    return `labelled ${name(given)}, but a classifier that has not seen this file gives it ${sure}, no more than clips without it`;
  return `not labelled ${name(given)}, but a classifier that has not seen this file says it is there (${sure}, as for clips that have it)`;
}

async function byNeighbours({ context, schema, limit, signal }: Question): Promise<QueuedClip[]> {
  const { setId } = embeddingSetOf(context);
  const found = await context.projection.calls.mislabelled(
    { matrix: matrixFile(context, setId, 'joint'), labelled: schema.labelled, limit },
    signal ? { signal } : {},
  );
  const name = (index: number): string => schema.classes[index]?.name ?? `class ${index}`;
  return found.map(({ clipId, score, given, suggested }) => ({
    clipId,
    score,
    reason: `labelled ${name(given)}, but the labelled clips of other files around it say ${name(suggested.classIndex)} (${percentText(suggested.share)})`,
  }));
}
