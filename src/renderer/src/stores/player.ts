// The player of the open clip, as commands and panels reach it: the clip panel attaches its element, times are seconds
// within the clip.
import { useLocalStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';

/** `offsetS`: where the clip begins in the element's own time (0 for a preview, startS for the original). */
export interface Attached {
  element: HTMLMediaElement;
  offsetS: number;
  lengthS: number;
}

const rates = [0.25, 0.5, 1, 1.5, 2];

/** `single`: labelling clip by clip; `events`: the timeline of a recording. */
type PlayerOwner = 'clip' | 'single' | 'events';

export const usePlayer = defineStore('player', () => {
  const attached = shallowRef<Attached | null>(null);
  /** Seconds since the clip's start, moved on every animation frame while playing. */
  const timeS = ref(0);
  const playing = ref(false);
  const loop = useLocalStorage('studio.player.loop', true);
  const muted = useLocalStorage('studio.player.muted', false);
  const rate = ref(1);
  const autoplay = useLocalStorage('studio.player.autoplay', false);
  let frame = 0;

  function tick(): void {
    const now = attached.value;
    if (!now) return;
    const { element, offsetS, lengthS } = now;
    if (element.currentTime >= offsetS + lengthS - 0.01 || element.ended) {
      if (loop.value && playing.value) {
        element.currentTime = offsetS;
        if (element.paused) void element.play().catch(() => {});
      } else {
        element.pause();
        playing.value = false;
      }
    }
    timeS.value = Math.min(lengthS, Math.max(0, element.currentTime - offsetS));
    if (playing.value) frame = requestAnimationFrame(tick);
  }
  /** Which panel the player belongs to; others wait, so that two panels with the same clip do not fight over it. */
  const holder = ref<PlayerOwner>('clip');
  let waiting: Attached | null = null;
  function attach(next: Attached | null, by: PlayerOwner = 'clip'): void {
    if (by === 'clip') waiting = next;
    if (by === holder.value) take(next);
  }
  /** Takes the player from the clip panel. */
  function hold(by: PlayerOwner): void {
    holder.value = by;
    take(by === 'clip' ? waiting : null);
  }
  function take(next: Attached | null): void {
    cancelAnimationFrame(frame);
    if (attached.value && attached.value.element !== next?.element) attached.value.element.pause();
    attached.value = next;
    playing.value = false;
    timeS.value = 0;
    if (!next) return;
    next.element.muted = muted.value;
    next.element.playbackRate = rate.value;
    next.element.currentTime = next.offsetS;
  }
  async function play(): Promise<void> {
    const now = attached.value;
    if (!now || playing.value) return;
    if (timeS.value >= now.lengthS - 0.05) now.element.currentTime = now.offsetS;
    playing.value = true;
    frame = requestAnimationFrame(tick);
    try {
      await now.element.play();
    } catch {
      // Refused without a gesture, or replaced by another clip: the button shows that it is not playing.
      playing.value = false;
    }
  }
  function pause(): void {
    attached.value?.element.pause();
    playing.value = false;
  }
  const toggle = (): void => void (playing.value ? pause() : play());
  function seek(toS: number): void {
    const now = attached.value;
    if (!now) return;
    const within = Math.min(Math.max(0, toS), now.lengthS - 0.02);
    now.element.currentTime = now.offsetS + within;
    timeS.value = within;
  }
  function setMuted(value: boolean): void {
    muted.value = value;
    if (attached.value) attached.value.element.muted = value;
  }
  function setRate(value: number): void {
    rate.value = value;
    if (attached.value) attached.value.element.playbackRate = value;
  }
  /** The next slower or faster speed; stays at the ends. */
  const stepRate = (by: 1 | -1): void =>
    setRate(rates[Math.min(rates.length - 1, Math.max(0, rates.findIndex((one) => one >= rate.value) + by))] ?? 1);
  /** Shows the picture `by` frames further, and stays there. */
  function stepFrame(by: 1 | -1, frameRateHz: number): void {
    pause();
    seek((Math.round(timeS.value * frameRateHz) + by) / frameRateHz + 1e-4);
  }
  return {
    attached,
    timeS,
    playing,
    loop,
    muted,
    rate,
    autoplay,
    holder,
    attach,
    hold,
    play,
    pause,
    toggle,
    seek,
    setMuted,
    setRate,
    stepRate,
    stepFrame,
  };
});
