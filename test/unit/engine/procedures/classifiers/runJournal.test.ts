import { expect, test } from 'vitest';
import { runJournal } from '../../../../../src/engine/procedures/classifiers/runJournal.ts';
import { openWorkspace } from '../../collection/openWorkspace.ts';

test('a training resumed after a kill draws its curve once, whatever its steps are then', () => {
  const workspace = openWorkspace();
  const runId = workspace.runs.create({ kind: 'finetune', title: 'x', preset: 'p', options: {}, modelId: null });
  const journal = () =>
    runJournal({ workspace, events: { publish: () => undefined, subscribe: () => () => undefined } }, runId);
  const point = (step: number, epoch: number) => ({ step, epoch, loss: 1 / step });
  const killed = journal();
  for (const step of [1, 2, 3, 4, 5]) killed.add(point(step, step / 2));
  killed.flush();
  // The saved state was that of step 2, and an epoch has three steps now.
  const resumed = journal();
  for (const [step, epoch] of [
    [3, 2],
    [6, 3],
  ] as const)
    resumed.add(point(step, epoch));
  resumed.flush();
  expect(workspace.runs.get(runId)!.curve.map(({ step, epoch }) => [step, epoch])).toEqual([
    [1, 0.5],
    [2, 1],
    [3, 2],
    [6, 3],
  ]);
});
