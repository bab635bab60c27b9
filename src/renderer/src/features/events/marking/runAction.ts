// Carries out what a key of the timeline means.
import { usePlayer } from '../../../stores/player.ts';
import { useEvents } from '../eventsStore.ts';
import { useRecording } from '../recordingStore.ts';
import { useProposals } from '../review/proposalsStore.ts';
import { panView, zoomView } from '../timeline/view.ts';
import type { RecordingAction } from './recordingKeys.ts';
import { useMarking } from './useMarking.ts';

/** One nudge: a picture of the recording, or 10 ms. */
function nudgeStepS(): number {
  const { hasPicture, hasSound, media } = useRecording();
  return hasPicture && !hasSound && media?.frameRateHz ? 1 / media.frameRateHz : 0.01;
}

/** Selects the next event after the selected one, or after the playhead. */
function selectNext(direction: 1 | -1): void {
  const [events, recording] = [useEvents(), useRecording()];
  const sorted = events.shown.toSorted((a, b) => a.onsetS - b.onsetS || a.id - b.id);
  const at = sorted.findIndex(({ id }) => events.selectedIds.has(id));
  const next =
    at >= 0
      ? sorted[at + direction]
      : direction > 0
        ? sorted.find(({ onsetS }) => onsetS >= recording.playheadS)
        : sorted.findLast(({ onsetS }) => onsetS < recording.playheadS);
  if (!next) return;
  events.select([next.id]);
  useMarking().seek(next.onsetS);
  const { fromS, toS } = recording.view;
  if (next.onsetS < fromS || next.onsetS > toS)
    recording.setView({ fromS: next.onsetS - (toS - fromS) / 2, toS: next.onsetS + (toS - fromS) / 2 });
}

function cancel(): void {
  const [events, marking] = [useEvents(), useMarking()];
  if (marking.range) marking.cancelDraw();
  else if (events.selectedIds.size > 0) events.select([]);
  else useProposals().reviewing = false;
}

/** `key`: the pressed key, whose release ends a mark that is held. */
export async function runAction(action: RecordingAction, key: string): Promise<void> {
  const [recording, events, marking] = [useRecording(), useEvents(), useMarking()];
  const { view, lengthS } = recording;
  switch (action.type) {
    case 'zoom':
      return recording.setView(zoomView(view, recording.playheadS, action.factor, lengthS));
    case 'pan':
      return recording.setView(panView(view, action.share * (view.toS - view.fromS), lengthS));
    case 'whole':
      return recording.setView({ fromS: 0, toS: lengthS });
    case 'seek':
      return marking.seek(Math.min(lengthS, Math.max(0, recording.playheadS + action.byS)));
    case 'play':
      return usePlayer().toggle();
    case 'next':
      return selectNext(action.direction);
    case 'nudge':
      return marking.nudge(action.grip, action.direction * nudgeStepS());
    case 'class':
      return marking.pressClass(action.classId, key);
    case 'modality':
      if (events.selected.length) await events.changeSelected({ modality: action.value });
      else events.modality = action.value;
      return;
    case 'value':
      if (events.selected.length) await events.changeSelected({ value: action.value });
      else events.value = action.value;
      return;
    case 'remove':
      return events.removeSelected();
    case 'split':
      return events.splitAt(recording.playheadS);
    case 'merge':
      return events.mergeSelected();
    case 'accept':
    case 'reject':
      return useProposals().answer(action.type);
    case 'skip':
      return useProposals().step();
    case 'cancel':
      return cancel();
  }
}
