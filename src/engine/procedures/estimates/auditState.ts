// Where an audit stands: its estimate, strata with their precision, scores, what to audit next, and how the interval narrowed.
import type { AuditState, ScoreBin } from '../../../shared/contract/estimate.ts';
import type { AuditUnit } from '../../collection/audits/auditStore.ts';
import type { Workspace } from '../../collection/workspace.ts';
import { drawnPrefix } from '../../estimation/drawnPrefix.ts';
import { nextStratum } from '../../estimation/nextStratum.ts';
import { answerFor, auditedStrata } from '../../estimation/occurrence.ts';
import { stratifiedInterval } from '../../estimation/stratifiedInterval.ts';
import { countedUnits, estimateClass, type EstimateQuestion } from './estimateClass.ts';
import { sourceNow } from './scoreSource.ts';

export type StateQuestion = Omit<EstimateQuestion, 'classId' | 'designId'> & { designId: number; next: number };

const bins = 20;
/** Points of the curve of the interval: more cannot be told apart on a screen. */
const mostWidths = 60;

function histogramOf(units: readonly AuditUnit[], question: StateQuestion): ScoreBin[] {
  const made = Array.from({ length: bins }, (_, i) => ({
    low: i / bins,
    high: (i + 1) / bins,
    clips: 0,
    audited: 0,
    positive: 0,
  }));
  for (const unit of units) {
    if (unit.score === null) continue;
    const bin = made[Math.min(bins - 1, Math.max(0, Math.floor(unit.score * bins)))]!;
    bin.clips++;
    const answer = answerFor(question.asked, unit);
    if (answer === 'yes' || answer === 'no') bin.audited++;
    if (answer === 'yes') bin.positive++;
  }
  return made;
}

/** Clips to audit next: each draw assumes that the one before was answered as its stratum was on average. */
function nextClips(units: readonly AuditUnit[], strata: number, question: StateQuestion): AuditState['next'] {
  const samples = auditedStrata(countedUnits(units, null), strata, question.asked);
  // An answer of unsure was an audit too: its stratum is not drawn from again and again.
  const planned = samples.map(({ size, audited, positive, unsure }) => ({ size, audited: audited + unsure, positive }));
  const open = Array.from({ length: strata }, (): AuditUnit[] => []);
  for (const unit of units) if (unit.answer === null) open[unit.stratum]!.push(unit);
  const drawn = open.map(() => 0);
  const found: AuditState['next'] = [];
  while (found.length < question.next) {
    const stratum = nextStratum(
      planned.map((sample, i) => ({ ...sample, size: drawn[i]! < open[i]!.length ? sample.size : sample.audited })),
    );
    if (stratum === null) break;
    const unit = open[stratum]![drawn[stratum]!++]!;
    const sample = planned[stratum]!;
    sample.positive += sample.audited > 0 ? sample.positive / sample.audited : 0;
    sample.audited++;
    found.push({ clipId: unit.clipId, stratum, score: unit.score });
  }
  return found;
}

/** How the interval was after each answer: the answers that were given by then, and of them those that counted. */
function widthsOf(
  workspace: Workspace,
  units: readonly AuditUnit[],
  strata: number,
  { designId, confidence, asked }: StateQuestion,
): AuditState['widths'] {
  const order = new Map(workspace.audits.answerOrder(designId).map((clipId, i) => [clipId, i]));
  const counts = drawnPrefix(units);
  const counted = Array.from({ length: strata }, (): AuditUnit[] => []);
  const sizes = new Array<number>(strata).fill(0);
  for (const [i, unit] of units.entries()) {
    sizes[unit.stratum]!++;
    if (counts[i]) counted[unit.stratum]!.push(unit);
  }
  const after = (answers: number): AuditState['widths'][number] | null => {
    const given = counted.map((own) => {
      const gap = own.findIndex(({ clipId }) => order.get(clipId)! >= answers);
      return own.slice(0, gap === -1 ? own.length : gap);
    });
    const samples = given.map((own, stratum) => {
      const said = own.map((unit) => answerFor(asked, unit));
      const positive = said.filter((answer) => answer === 'yes').length;
      return { size: sizes[stratum]!, audited: positive + said.filter((answer) => answer === 'no').length, positive };
    });
    const found = stratifiedInterval(samples, confidence);
    const audited = given.reduce((sum, own) => sum + own.length, 0);
    return found.estimate === null ? null : { audited, estimate: found.estimate, low: found.low, high: found.high };
  };
  const step = Math.max(1, Math.ceil(order.size / mostWidths));
  const points = Array.from({ length: Math.floor(order.size / step) }, (_, i) => order.size - i * step).toReversed();
  return points.flatMap((answers) => after(answers) ?? []);
}

/** @throws NOT_FOUND */
export function auditState(workspace: Workspace, question: StateQuestion): AuditState {
  const design = workspace.audits.get(question.designId);
  const units = workspace.audits.units(design.id);
  const samples = auditedStrata(countedUnits(units, null), design.strata.length, question.asked);
  return {
    design,
    estimate: estimateClass(workspace, { ...question, classId: design.classId }),
    strata: samples.map(({ size, audited, positive, unsure }, i) => {
      const { estimate, low, high } = stratifiedInterval([{ size, audited, positive }], question.confidence);
      return {
        ...design.strata[i]!,
        clips: size,
        audited,
        positive,
        unsure,
        precision: estimate === null ? null : { estimate, low, high },
      };
    }),
    histogram: histogramOf(units, question),
    next: nextClips(units, design.strata.length, question),
    outside: workspace.audits.outside(design.id),
    source: sourceNow(workspace, design),
    widths: widthsOf(workspace, units, design.strata.length, question),
  };
}
