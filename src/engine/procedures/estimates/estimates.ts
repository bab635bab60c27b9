// How often a class occurs: audits started and answered, estimates by group, time budgets.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../engineContext.ts';
import { answerAudit } from './answerAudit.ts';
import { auditState } from './auditState.ts';
import { budget } from './budget.ts';
import { estimateClass } from './estimateClass.ts';
import { writeReport } from './report/writeReport.ts';
import { startAudit } from './startAudit.ts';

export function createEstimatesProcedures(context: EngineContext) {
  const { workspace, events } = context;
  const os = implement(contract.estimates);
  const changed = (designIds: readonly number[]): void => {
    for (const designId of designIds)
      events.publish({ type: 'auditsChanged', designId, undo: workspace.annotations.undoState() });
  };
  return {
    designs: os.designs.handler(({ input }) => workspace.audits.list(input.classId)),
    start: os.start.handler(({ input }) => {
      const design = startAudit(workspace, input);
      changed([design.id]);
      return design;
    }),
    remove: os.remove.handler(({ input }) => {
      workspace.audits.remove(input.designId);
      changed([input.designId]);
      return {};
    }),
    state: os.state.handler(({ input }) => auditState(workspace, input)),
    answer: os.answer.handler(({ input }) => {
      const { labelled, ...step } = answerAudit(workspace, input);
      if (step.changed > 0) changed([input.designId]);
      if (labelled.length > 0) {
        const undo = workspace.annotations.undoState();
        events.publish({ type: 'annotationsChanged', clipIds: labelled.length > 1000 ? null : labelled, undo });
      }
      return { ...step, undo: workspace.annotations.undoState() };
    }),
    estimate: os.estimate.handler(({ input }) => estimateClass(workspace, input)),
    report: os.report.handler(({ input }) => writeReport(workspace, input, input.path)),
    budget: os.budget.handler(({ input }) => budget(workspace, input)),
  };
}
