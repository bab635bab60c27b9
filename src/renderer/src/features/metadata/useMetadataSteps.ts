// Changes of metadata in the order of a person's hands, each a step that undo takes back.
import { client } from '../../engine/client.ts';
import { useToasts } from '../../stores/toasts.ts';
import { useUndo } from '../../stores/undo.ts';

export function useMetadataSteps() {
  const [toasts, undo] = [useToasts(), useUndo()];
  /** Whether it was written; a failure is shown. */
  async function step(text: string, work: () => Promise<unknown>, failed = 'Nothing was changed'): Promise<boolean> {
    try {
      await undo.serialised(async () => {
        const before = undo.engine.undoText;
        await work();
        const after = await client.annotations.undoState();
        undo.engine = after;
        if (after.canUndo) undo.pushAnnotation(text, after.undoText ?? before);
      });
      return true;
    } catch (error) {
      toasts.fail(error, failed);
      return false;
    }
  }
  return { step };
}
