// How the timeline draws a recording: kept over sessions.
import { useLocalStorage } from '@vueuse/core';
import type { SnapName } from './marking/snapping.ts';
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

export function useDisplaySettings() {
  const display = useLocalStorage<DisplaySettings>('studio.recording', defaults, { mergeDefaults: true });
  const resetDisplay = (): void => {
    display.value = { ...defaults };
  };
  return { display, resetDisplay };
}
