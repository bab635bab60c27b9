// The recording in the timeline: the file of the open clip, the visible part of it, the playhead, and how it is drawn.
import { useLocalStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import { contentDigits } from '../../../../shared/wire/urls.ts';
import { client } from '../../engine/client.ts';
import { useClipDetail } from '../../stores/clipDetail.ts';
import { useLayout } from '../../stores/layout.ts';
import { useSelection } from '../../stores/selection.ts';
import { useToasts } from '../../stores/toasts.ts';
import type { SnapName } from './marking/snapping.ts';
import { clampView, type View } from './timeline/view.ts';
import type { ScaleName } from './timeline/frequencyScale.ts';
import type { ColourMap } from './timeline/paintTile.ts';

export interface DisplaySettings {
  scale: ScaleName;
  lowHz: number;
  /** Null: up to half the sample rate. */
  highHz: number | null;
  windowSize: number;
  overlapPercent: number;
  channel: number;
  gainDb: number;
  rangeDb: number;
  colours: ColourMap;
  /** Shows the model's own input (128 mel bands up to 8 kHz) in place of the spectrogram. */
  modelView: boolean;
  filmstrip: boolean;
  snap: SnapName;
}

const defaults: DisplaySettings = {
  scale: 'linear',
  lowHz: 0,
  highHz: null,
  windowSize: 1024,
  overlapPercent: 50,
  channel: 0,
  gainDb: 0,
  rangeDb: 80,
  colours: 'magma',
  modelView: false,
  filmstrip: true,
  snap: 'events',
};

/** Used where a recording was imported before its sample rate was kept. */
const fallbackRateHz = 48_000;

export const useRecording = defineStore('recording', () => {
  const [detail, layout, selection, toasts] = [useClipDetail(), useLayout(), useSelection(), useToasts()];
  const media = computed(() => detail.detail?.media ?? null);
  const clip = computed(() => detail.detail);
  const lengthS = computed(() => Math.max(0.05, media.value?.durationS ?? 0));
  const hasSound = computed(() => media.value !== null && media.value.audioCodec !== null);
  const hasPicture = computed(() => media.value?.kind === 'video' && media.value.videoCodec !== null);
  const rateHz = computed(() => Math.round(media.value?.sampleRateHz ?? fallbackRateHz));
  const nyquistHz = computed(() => rateHz.value / 2);
  const address = computed(() =>
    media.value ? { mediaId: media.value.id, content: media.value.contentHash.slice(0, contentDigits) } : null,
  );

  const display = useLocalStorage<DisplaySettings>('studio.recording', defaults, { mergeDefaults: true });
  const resetDisplay = (): void => {
    display.value = { ...defaults };
  };

  const view = ref<View>({ fromS: 0, toS: 1 });
  const setView = (next: View): void => {
    view.value = clampView(next, lengthS.value);
  };
  /** Seconds from the beginning of the recording. */
  const playheadS = ref(0);
  /** A place to show once its recording is open. */
  let pending: { mediaId: number; fromS: number; toS: number } | null = null;

  watch(
    () => media.value?.id ?? null,
    (mediaId) => {
      if (mediaId === null) return;
      const wanted = pending?.mediaId === mediaId ? pending : null;
      pending = null;
      playheadS.value = wanted?.fromS ?? clip.value?.startS ?? 0;
      if (wanted) setView(around(wanted.fromS, wanted.toS));
      else setView({ fromS: 0, toS: lengthS.value });
    },
    { immediate: true },
  );

  /** A view with the span in its middle third, at least two seconds wide. */
  function around(fromS: number, toS: number): View {
    const middle = (fromS + toS) / 2;
    const half = Math.max(1, (toS - fromS) * 1.5);
    return { fromS: middle - half, toS: middle + half };
  }

  /** Shows a span of a recording, which is opened by one of its clips where it is not open yet. */
  async function show(mediaId: number, fromS: number, toS: number): Promise<void> {
    layout.showPanel('events');
    if (media.value?.id === mediaId) {
      setView(around(fromS, toS));
      playheadS.value = fromS;
      return;
    }
    try {
      const { clipIds } = await client.clips.ids({ filter: { mediaIds: [mediaId] } });
      const first = clipIds[0];
      if (first === undefined) throw new Error('No clip of this recording is in the collection any more.');
      pending = { mediaId, fromS, toS };
      selection.open(first);
    } catch (error) {
      toasts.fail(error, 'The recording could not be opened');
    }
  }
  return {
    media,
    clip,
    lengthS,
    hasSound,
    hasPicture,
    rateHz,
    nyquistHz,
    address,
    display,
    resetDisplay,
    view,
    setView,
    playheadS,
    show,
  };
});
