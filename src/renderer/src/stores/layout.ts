// How the window is arranged: theme, layout, the docks of each layout as left, and the sizes of the fixed parts.
import { useLocalStorage, usePreferredDark } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { ThemeName } from '../theme/naiveOverrides.ts';

export const layoutNames = ['explore', 'label', 'train', 'inspect', 'events'] as const;
export type LayoutName = (typeof layoutNames)[number];

export const useLayout = defineStore('layout', () => {
  const preferred = usePreferredDark();
  /** `system`, the default, follows the desktop, also while the window is open. */
  const themeChoice = useLocalStorage<ThemeName | 'system'>('studio.theme', 'system');
  const theme = computed<ThemeName>(() =>
    themeChoice.value === 'system' ? (preferred.value ? 'dark' : 'light') : themeChoice.value,
  );
  const name = useLocalStorage<LayoutName>('studio.layout', 'explore');
  const saved = useLocalStorage<Partial<Record<LayoutName, unknown>>>('studio.docks', {});
  const sidebarOpen = useLocalStorage('studio.sidebar', true);
  const trayOpen = useLocalStorage('studio.tray', false);
  /** Notifications when long jobs end; the system or browser asks the person before the first. */
  const notify = useLocalStorage('studio.notify', true);
  const checklistOpen = useLocalStorage('studio.checklist', true);
  /** Set by a command or a feature to bring a panel to the front; the dock takes it and clears it. */
  const requestedPanel = ref<string | null>(null);

  function use(layout: LayoutName): void {
    name.value = layout;
  }
  function toggleTheme(): void {
    themeChoice.value = theme.value === 'dark' ? 'light' : 'dark';
  }
  function showPanel(id: string): void {
    requestedPanel.value = id;
  }
  /** Forgets the docks of every layout; the dock arranges itself anew. */
  const resets = ref(0);
  function reset(): void {
    saved.value = {};
    resets.value++;
  }
  return {
    themeChoice,
    theme,
    name,
    saved,
    sidebarOpen,
    trayOpen,
    notify,
    checklistOpen,
    requestedPanel,
    resets,
    use,
    toggleTheme,
    showPanel,
    reset,
  };
});
