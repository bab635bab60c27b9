// Answers to proposals: each is an event, a rejected one a negative event. A proposal is answered once; undo opens it
// again.
import type { EventProposal } from '../../../shared/contract/event.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { StepOfEvents, StoredEvent } from '../../collection/events/eventStore.ts';
import type { Workspace } from '../../collection/workspace.ts';

export interface Answer {
  proposalId: number;
  answer: 'accept' | 'adjust' | 'reject';
  onsetS?: number | undefined;
  offsetS?: number | undefined;
  classId?: number | undefined;
}

/** A dozen answers, and the detector learns again. */
export const answersPerRefit = 12;

function eventOf(
  proposal: EventProposal,
  { answer, onsetS, offsetS, classId }: Answer,
  annotator: string | null,
): StoredEvent {
  const adjusted = answer === 'adjust';
  return {
    mediaId: proposal.mediaId,
    classId: (adjusted ? classId : undefined) ?? proposal.classId,
    onsetS: (adjusted ? onsetS : undefined) ?? proposal.onsetS,
    offsetS: (adjusted ? offsetS : undefined) ?? proposal.offsetS,
    modality: proposal.modality,
    value: answer === 'reject' ? 'negative' : 'positive',
    lowHz: null,
    highHz: null,
    annotator,
    source: 'person',
    confidence: proposal.confidence,
    proposalId: proposal.id,
  };
}

/** @throws NOT_FOUND for unknown proposals, CONFLICT for one that is answered already */
export function answerProposals(
  workspace: Workspace,
  answers: readonly Answer[],
  annotator: string | null,
): StepOfEvents & { detectorIds: number[] } {
  const proposals = workspace.detectors.proposalsById(answers.map(({ proposalId }) => proposalId));
  const before = proposals.find(({ answer }) => answer !== null);
  if (before)
    throw new EngineError('CONFLICT', `proposal ${before.id} is ${before.answer} already`, {
      hint: 'Change its event instead, or undo the answer.',
    });
  const events = answers.map((answer, i) => eventOf(proposals[i]!, answer, annotator));
  const step = workspace.events.add(
    events,
    `Answer ${answers.length === 1 ? '1 proposal' : `${answers.length} proposals`}`,
  );
  return { ...step, detectorIds: [...new Set(proposals.map(({ detectorId }) => detectorId))] };
}

const z = 1.96;
/** Lower end of Wilson's interval for `correct` of `n`. */
export function wilsonLow(correct: number, n: number): number {
  if (n === 0) return 0;
  const p = correct / n;
  const middle = p + (z * z) / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return (middle - half) / (1 + (z * z) / n);
}

export interface Audit {
  confidence: number | null;
  audited: number;
  correct: number;
  low: number | null;
  acceptable: number;
  sample: EventProposal[];
}
const sampleSize = 24;

/** The lowest confidence above which the answers support the precision, and what to answer next where they do not. */
export function auditDetector(workspace: Workspace, detectorId: number, precision: number): Audit {
  const answered = workspace.detectors.answered(detectorId);
  let best: { confidence: number; audited: number; correct: number } | null = null;
  let correct = 0;
  for (const [i, one] of answered.entries()) {
    if (one.correct) correct++;
    if (wilsonLow(correct, i + 1) >= precision) best = { confidence: one.confidence, audited: i + 1, correct };
  }
  const open = { detectorId, open: true, offset: 0 };
  const acceptable = best
    ? workspace.detectors.proposals({ ...open, confidence: [best.confidence, 1], order: 'confidence', limit: 1 }).total
    : 0;
  return {
    confidence: best?.confidence ?? null,
    audited: best?.audited ?? answered.length,
    correct: best?.correct ?? correct,
    low: best
      ? wilsonLow(best.correct, best.audited)
      : answered.length > 0
        ? wilsonLow(correct, answered.length)
        : null,
    acceptable,
    sample: workspace.detectors.proposals({ ...open, order: 'confidence', limit: sampleSize }).rows,
  };
}

/** Every open proposal that the audit supports. @throws CONFLICT where it supports none */
function audited(workspace: Workspace, detectorId: number, precision: number): EventProposal[] {
  const { confidence, audited: answers } = auditDetector(workspace, detectorId, precision);
  if (confidence === null)
    throw new EngineError('CONFLICT', `${answers} answers do not support a precision of ${precision} yet`, {
      hint: 'Answer more of the most confident proposals first.',
    });
  return workspace.detectors.proposals({
    detectorId,
    open: true,
    confidence: [confidence, 1],
    order: 'confidence',
    offset: 0,
    limit: 100_000,
  }).rows;
}

/** Makes events of every open proposal that the audit supports, as one step. @throws CONFLICT where it supports none */
export function acceptAudited(workspace: Workspace, detectorId: number, precision: number): StepOfEvents {
  const accepted = audited(workspace, detectorId, precision);
  const events = accepted.map(({ id, mediaId, classId, onsetS, offsetS, modality, confidence }): StoredEvent => ({
    mediaId,
    classId,
    onsetS,
    offsetS,
    modality,
    confidence,
    value: 'positive',
    lowHz: null,
    highHz: null,
    annotator: null,
    source: 'detector',
    proposalId: id,
  }));
  return workspace.events.add(events, `Accept ${accepted.length} proposals at a precision of ${precision}`);
}
