// The overview of the open recording: asked for until the engine has it. The first question starts it.
import { onScopeDispose, shallowRef } from 'vue';
import { overviewUrl, type OverviewState, type TileSettings } from '../../../../../shared/wire/recordingTiles.ts';
import { failureFrom } from '../../../engine/failure.ts';
import { useRecording } from '../recordingStore.ts';

const pollMs = 400;

async function fetchState(url: string, signal: AbortSignal): Promise<OverviewState> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(((await response.json()) as { message?: string }).message);
  return (await response.json()) as OverviewState;
}

/** `changed` is called after every answer. */
export function useOverview(settings: () => TileSettings, changed: () => void) {
  const recording = useRecording();
  const state = shallowRef<OverviewState | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = new AbortController();

  async function ask(url: string, signal: AbortSignal): Promise<void> {
    try {
      const answer = await fetchState(url, signal);
      if (signal.aborted) return;
      state.value = answer;
    } catch (error) {
      if (signal.aborted) return;
      state.value = { ready: false, progress: 0, error: failureFrom(error).message };
    }
    timer = undefined;
    changed();
  }
  /** Asks now, or again after a while; not after an error, until `reset`. */
  function request(): void {
    if (timer !== undefined || !recording.address || state.value?.error) return;
    const [url, { signal }] = [overviewUrl(recording.address, settings()), asking];
    timer = setTimeout(() => void ask(url, signal), state.value === null ? 0 : pollMs);
  }
  /** Forgets what is known, and stops asking. */
  function reset(): void {
    clearTimeout(timer);
    timer = undefined;
    asking.abort();
    asking = new AbortController();
    state.value = null;
  }
  onScopeDispose(reset);
  return { state, request, reset };
}
