// The recording in the timeline: the file of the open clip, the visible part of it, the playhead, and how it is drawn.
import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import { contentDigits } from '../../../../shared/wire/urls.ts';
import { client } from '../../engine/client.ts';
import { useClipDetail } from '../../stores/clipDetail.ts';
import { useLayout } from '../../stores/layout.ts';
import { useSelection } from '../../stores/selection.ts';
import { useToasts } from '../../stores/toasts.ts';
import { useDisplaySettings } from './displaySettings.ts';
import { clampView, type View } from './timeline/view.ts';

/** Used where a recording was imported before its sample rate was kept. */
const fallbackRateHz = 48_000;

/** Facts of the recording that the open clip is cut from. */
function openRecording() {
  const detail = useClipDetail();
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
  return { media, clip, lengthS, hasSound, hasPicture, rateHz, nyquistHz, address };
}

/** A view with the span in its middle third, at least two seconds wide. */
function viewAround(fromS: number, toS: number): View {
  const middle = (fromS + toS) / 2;
  const half = Math.max(1, (toS - fromS) * 1.5);
  return { fromS: middle - half, toS: middle + half };
}

export const useRecording = defineStore('recording', () => {
  const [layout, selection, toasts] = [useLayout(), useSelection(), useToasts()];
  const recording = openRecording();
  const { media, clip, lengthS } = recording;
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
      setView(wanted ? viewAround(wanted.fromS, wanted.toS) : { fromS: 0, toS: lengthS.value });
    },
    { immediate: true },
  );

  /** Shows a span of a recording, which is opened by one of its clips where it is not open yet. */
  async function show(mediaId: number, fromS: number, toS: number): Promise<void> {
    layout.showPanel('events');
    if (media.value?.id === mediaId) {
      setView(viewAround(fromS, toS));
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
  return { ...recording, ...useDisplaySettings(), view, setView, playheadS, show };
});
