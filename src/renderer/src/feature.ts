// What a feature gives the window: panels for the dock, sections for the sidebar, commands, and components mounted once
// (dialogs, the drop target). To add one, make a folder under features/ whose index.ts exports a Feature, and name it
// in features.ts.
import type { Component } from 'vue';

/** `large`: its code is, so that the other panels of a layout are made before it. `roomy`: opens in the largest part of the dock. */
export interface Panel {
  id: string;
  title: string;
  icon: Component;
  component: Component;
  large?: boolean;
  roomy?: boolean;
}
export interface SidebarSection {
  id: string;
  title: string;
  component: Component;
  order: number;
}

export interface Command {
  id: string;
  title: string;
  /** Heading in the palette and on the shortcuts sheet. */
  group: string;
  /** E.g. `mod+z`, `shift+/`, `j`: `mod` is Ctrl, on macOS Cmd. Several are alternatives. */
  keys?: readonly string[];
  icon?: Component;
  /** Left out of the palette and refused by its key while false. */
  enabled?: () => boolean;
  run: () => unknown;
}

export interface Feature {
  name: string;
  panels?: readonly Panel[];
  sidebar?: readonly SidebarSection[];
  /** Called once, inside the application's setup, so that stores are there. */
  commands?: () => readonly Command[];
  /** Mounted once, with the window. */
  overlays?: readonly Component[];
  /** Mounted once, too, but loaded after what is seen first: a wish to open one waits in its store. */
  dialogs?: readonly Component[];
  /** Gets every key press that no command took, outside text fields; `true` when it took it. */
  onKey?: () => (event: KeyboardEvent) => boolean;
}
