// Answers to the clips that an audit drew, with the labels that follow from them if a person wants that.
import type { Presence } from '../../../shared/contract/labelValue.ts';
import type { AuditAnswer } from '../../../shared/contract/estimate.ts';
import type { Workspace } from '../../collection/workspace.ts';

export interface GivenAnswer {
  clipId: number;
  answer: AuditAnswer | null;
  presence: Presence | null;
}

const values = { yes: 'positive', no: 'negative', unsure: 'uncertain' } as const;

/** Labels that follow from answers. A clip of a single-label schema keeps the class it has. */
function setLabels(workspace: Workspace, classId: number, answers: readonly GivenAnswer[]): number[] {
  const schema = workspace.schemas.get(workspace.schemas.ofClass(classId));
  if (schema.fromEvents) return [];
  const labels = new Map(
    workspace.annotations.ofClips(answers.map(({ clipId }) => clipId)).map((one) => [one.clipId, one.labels]),
  );
  const own = new Set(schema.classes.map(({ id }) => id));
  const free = answers.filter(({ clipId, answer }) => {
    if (answer === null) return false;
    const others = labels.get(clipId)!.filter((label) => label.classId !== classId && own.has(label.classId));
    return schema.multiLabel || answer === 'no' || others.every(({ value }) => value !== 'positive');
  });
  for (const [key, group] of Map.groupBy(free, ({ answer, presence }) => `${answer} ${presence}`)) {
    if (key.startsWith('null')) continue;
    const { answer, presence } = group[0]!;
    workspace.annotations.set({
      clipIds: group.map(({ clipId }) => clipId),
      classId,
      value: values[answer!],
      presence: answer === 'yes' ? presence : null,
    });
  }
  return free.map(({ clipId }) => clipId);
}

/** Keeps answers and labels as one step of undo. @throws NOT_FOUND for a clip that the audit did not draw */
export function answerAudit(
  workspace: Workspace,
  input: { designId: number; answers: readonly GivenAnswer[]; label: boolean },
): { step: number; changed: number; labelled: number[] } {
  const design = workspace.audits.get(input.designId);
  const answers = input.answers.map((given) => ({
    ...given,
    presence: given.answer === 'yes' ? given.presence : null,
  }));
  const text = `Audit ${answers.length === 1 ? '1 clip' : `${answers.length} clips`} for ${design.class}`;
  return workspace.oneStep(text, () => ({
    ...workspace.audits.answer(design.id, answers),
    labelled: input.label ? setLabels(workspace, design.classId, answers) : [],
  }));
}
