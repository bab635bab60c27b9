// What the map can be coloured by here: what every workspace has, and this one's columns of metadata.
import { computed } from 'vue';
import { useMetadata } from '../../../stores/metadata/metadata.ts';
import { colourChoices, type ColourChoice } from './colourChoices.ts';

export function useColourChoices() {
  const metadata = useMetadata();
  return computed<ColourChoice[]>(() => [
    ...colourChoices,
    ...metadata.choices.map(({ name, title, scale }): ColourChoice => ({
      value: name,
      label: title,
      scale,
      emptyHint: 'No recording has a value: see the panel “Metadata”.',
    })),
  ]);
}
