import { expect, it } from 'vitest';
import {
  acceptAudited,
  answerProposals,
  auditDetector,
  wilsonLow,
} from '../../../../../src/engine/procedures/events/answerProposals.ts';
import { cutName } from '../../../../../src/engine/procedures/events/cutEventsJob.ts';
import type { DetectorMetrics } from '../../../../../src/shared/contract/event.ts';
import { media, openWorkspace } from '../../collection/openWorkspace.ts';

function proposed() {
  const workspace = openWorkspace();
  workspace.media.put(media('/media/a.mp4', { durationS: 1000 }));
  const { id: schemaId, classes } = workspace.schemas.create({ name: 's', multiLabel: true, classes: ['x', 'y'] });
  const detectorId = workspace.detectors.create({
    name: 'd',
    schemaId,
    mode: 'audio',
    classes: classes.map(({ id, name }) => ({ classId: id, name })),
    seed: 1,
    metrics: {} as DetectorMetrics,
    file: '/nowhere',
    entrySeq: 0,
  });
  workspace.detectors.propose(
    detectorId,
    [1],
    Array.from({ length: 100 }, (_, i) => ({
      mediaId: 1,
      classId: classes[i % 2]!.id,
      onsetS: i * 5,
      offsetS: i * 5 + 1,
      modality: 'heard' as const,
      confidence: 1 - i / 100,
    })),
  );
  const open = (order: 'useful' | 'time' | 'confidence' = 'confidence') =>
    workspace.detectors.proposals({ detectorId, open: true, order, offset: 0, limit: 200 }).rows;
  return { workspace, detectorId, classes, open };
}

it('makes an event of every answer, a negative one of a rejection, and opens the proposal again on undo', () => {
  const { workspace, detectorId, classes, open } = proposed();
  const [a, b, c] = open();
  const { changed, ids } = answerProposals(
    workspace,
    [
      { proposalId: a!.id, answer: 'accept' },
      { proposalId: b!.id, answer: 'adjust', onsetS: 5.5, classId: classes[0]!.id },
      { proposalId: c!.id, answer: 'reject' },
    ],
    'Ada',
  );
  expect(changed).toBe(3);
  expect(workspace.events.rows(ids).map(({ value, onsetS, classId }) => [value, onsetS, classId])).toEqual([
    ['positive', 0, classes[0]!.id],
    ['positive', 5.5, classes[0]!.id],
    ['negative', 10, classes[0]!.id],
  ]);
  expect(workspace.detectors.proposalsById([a!.id, b!.id, c!.id]).map(({ answer }) => answer)).toEqual([
    'accepted',
    'adjusted',
    'rejected',
  ]);
  expect(workspace.detectors.get(detectorId).answersSince).toBe(3);
  expect(() => answerProposals(workspace, [{ proposalId: a!.id, answer: 'reject' }], null)).toThrow(/accepted already/);
  workspace.annotations.undo();
  expect(open()).toHaveLength(100);
});

it('asks first about what is uncertain, of both classes', () => {
  const { open } = proposed();
  const first = open('useful').slice(0, 4);
  expect(first.every(({ confidence }) => Math.abs(confidence - 0.5) < 0.1)).toBe(true);
  expect(new Set(first.map(({ classId }) => classId)).size).toBe(2);
});

it('accepts in bulk only what the answers support', () => {
  const { workspace, detectorId, open } = proposed();
  expect(() => acceptAudited(workspace, detectorId, 0.8)).toThrow(/0 answers do not support a precision of 0.8/);
  const top = open().slice(0, 50);
  answerProposals(
    workspace,
    top
      .filter((_, i) => i % 2 === 0 || i > 39)
      .map(({ id }, i) => ({ proposalId: id, answer: i < 22 ? ('accept' as const) : ('reject' as const) })),
    null,
  );
  const audit = auditDetector(workspace, detectorId, 0.8);
  expect(audit.low).toBeGreaterThanOrEqual(0.8);
  expect(audit.acceptable).toBeGreaterThan(10);
  expect(acceptAudited(workspace, detectorId, 0.8).changed).toBe(audit.acceptable);
  expect(open().every(({ confidence }) => confidence < audit.confidence!)).toBe(true);
  workspace.annotations.undo();
  expect(auditDetector(workspace, detectorId, 0.8).acceptable).toBe(audit.acceptable);
});

it("gives Wilson's lower bound", () => {
  expect(wilsonLow(0, 0)).toBe(0);
  expect(wilsonLow(95, 100)).toBeCloseTo(0.8882, 3);
});

it('names files by pattern, without characters that a file system refuses', () => {
  const event = { id: 7, path: '/m/night.wav', class: 'a/b:c', onsetS: 1.5, offsetS: null } as never;
  expect(cutName('{path}_{onset}-{offset}_{class}_{id}_{n}', event, 3)).toBe('night_1.500-1.500_a-b-c_7_3');
});
