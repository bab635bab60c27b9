// The model card of a classifier, as Markdown: what it is, what it was made from, what it can and cannot do.
import type { Classifier } from '../../../shared/contract/model.ts';
import { percentText } from '../../../shared/percentText.ts';

const percent = (x: number | null): string => (x === null ? 'not measured' : percentText(x, 1));
const number = (x: number | null): string => (x === null ? 'not measured' : x.toFixed(3));
/** Names come from people and files: they must not break the table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const modes: Record<Classifier['mode'], string> = {
  multimodal: 'sound and picture',
  audioonly: 'sound only',
  videoonly: 'picture only',
};
const depths: Record<Classifier['depth'], string> = {
  head: 'a linear head on frozen embeddings',
  last: 'the joint blocks and the head; E_a and E_v frozen',
  full: 'every layer',
};

export function classifierCard(classifier: Classifier, { multiLabel }: { multiLabel: boolean }): string {
  const { metrics: m } = classifier;
  const rows = m.classes.map(
    (c) =>
      `| ${cell(c.name)} | ${c.support} | ${number(c.averagePrecision)} | ${number(c.alone?.audio ?? null)} | ${number(c.alone?.visual ?? null)} | ${number(c.auc)} | ${percent(c.precision)} | ${percent(c.recall)} | ${c.threshold.toFixed(3)} |`,
  );
  const names = m.classes.map((c) => cell(c.name));
  const confusion = m.confusion.map((row, k) => `| **${names[k]}** | ${row.join(' | ')} |`);
  return [
    `# ${classifier.name}`,
    '',
    `A ${multiLabel ? 'multi-label' : 'single-label'} classifier of ${classifier.classes.length} classes, made with CAV-MAE Studio on ${classifier.createdAt.slice(0, 10)}.`,
    '',
    '## What it is',
    '',
    `- Embedding model: \`${classifier.modelId}\` (CAV-MAE, Gong et al., ICLR 2023)`,
    `- Looks at: ${modes[classifier.mode]}`,
    `- Trained: ${depths[classifier.depth]}; preset \`${classifier.preset}\`, seed ${classifier.seed}, ${classifier.epochs} epochs`,
    `- Training clips: ${m.trainCount}; clips it was measured on: ${m.testCount}, split by source file`,
    `- Probabilities calibrated with temperature ${m.temperature.toFixed(3)}; expected calibration error ${number(m.calibrationError)}`,
    '',
    '## Scores on held-out clips',
    '',
    `| accuracy | mAP | mAUC | d′ |`,
    '|---|---|---|---|',
    `| ${percent(m.accuracy)} | ${number(m.mAP)} | ${number(m.mAUC)} | ${number(m.dPrime)} |`,
    '',
    `The same kind of head on sound alone: ${percent(m.attribution.audio)}; on the picture alone: ${percent(m.attribution.visual)}; on both: ${percent(m.attribution.both)}.`,
    '',
    '| class | held-out clips | AP | AP by sound alone | AP by picture alone | AUC | precision | recall | threshold |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
    '## Confusion',
    '',
    'Rows: true class; columns: predicted class.',
    '',
    `| | ${names.join(' | ')} |`,
    `|---|${names.map(() => '---|').join('')}`,
    ...confusion,
    '',
    '## Limits',
    '',
    ...(m.warnings.length
      ? m.warnings.map((warning) => `- ${warning}`)
      : ['- No warnings were raised while training.']),
    '- It knows only the classes above; a clip of something else still gets probabilities. Below the threshold of a class the classifier abstains.',
    '- Scores hold for media like the training clips; measure anew on other sources.',
    '',
  ].join('\n');
}
