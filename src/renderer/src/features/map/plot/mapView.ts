// The mounted map as commands reach it; null while no map panel is open.
import { shallowRef } from 'vue';

export interface MapView {
  fit: () => void;
  zoomTo: (clipIds: Iterable<number>) => void;
}

export const mapView = shallowRef<MapView | null>(null);
