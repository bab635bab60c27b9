// Commands of the window itself: layouts, panels, theme, help.
import {
  Keyboard,
  LayoutDashboard,
  ListTodo,
  Moon,
  PanelBottom,
  PanelLeft,
  Redo2,
  RotateCcw,
  Sparkles,
  Undo2,
} from '@lucide/vue';
import type { Command, Panel } from '../feature.ts';
import { useCommands } from '../stores/commands.ts';
import { layoutNames, useLayout } from '../stores/layout.ts';
import { useUndo } from '../stores/undo.ts';

export function shellCommands(panels: readonly Panel[]): readonly Command[] {
  const [commands, layout, undo] = [useCommands(), useLayout(), useUndo()];
  return [
    { id: 'edit.undo', title: 'Undo', group: 'Edit', keys: ['mod+z'], icon: Undo2, run: () => undo.undo() },
    {
      id: 'edit.redo',
      title: 'Redo',
      group: 'Edit',
      keys: ['mod+shift+z', 'mod+y'],
      icon: Redo2,
      run: () => undo.redo(),
    },
    ...layoutNames.map((name, i): Command => ({
      id: `layout.${name}`,
      title: `Layout: ${name[0]!.toUpperCase()}${name.slice(1)}`,
      group: 'Window',
      keys: [`f${i + 1}`],
      icon: LayoutDashboard,
      run: () => layout.use(name),
    })),
    ...panels.map((panel): Command => ({
      id: `panel.${panel.id}`,
      title: `Show ${panel.title}`,
      group: 'Window',
      icon: panel.icon,
      run: () => layout.showPanel(panel.id),
    })),
    { id: 'layout.reset', title: 'Reset layouts', group: 'Window', icon: RotateCcw, run: () => layout.reset() },
    {
      id: 'window.sidebar',
      title: 'Show or hide the sidebar',
      group: 'Window',
      keys: ['mod+b'],
      icon: PanelLeft,
      run: () => {
        layout.sidebarOpen = !layout.sidebarOpen;
      },
    },
    {
      id: 'window.tray',
      title: 'Show or hide jobs',
      group: 'Window',
      keys: ['mod+j'],
      icon: PanelBottom,
      run: () => {
        layout.trayOpen = !layout.trayOpen;
      },
    },
    {
      id: 'window.theme',
      title: 'Switch between dark and light',
      group: 'Window',
      icon: Moon,
      run: () => layout.toggleTheme(),
    },
    {
      id: 'window.themeSystem',
      title: 'Theme: follow the system',
      group: 'Window',
      icon: Sparkles,
      run: () => {
        layout.themeChoice = 'system';
      },
    },
    {
      id: 'help.checklist',
      title: 'Show first steps',
      group: 'Help',
      icon: ListTodo,
      run: () => {
        layout.sidebarOpen = true;
        layout.checklistOpen = true;
      },
    },
    {
      id: 'help.shortcuts',
      title: 'Keyboard shortcuts',
      group: 'Help',
      keys: ['?'],
      icon: Keyboard,
      run: () => {
        commands.sheetOpen = true;
      },
    },
    {
      id: 'help.palette',
      title: 'Command palette',
      group: 'Help',
      keys: ['mod+k', 'mod+shift+p'],
      run: () => {
        commands.paletteOpen = true;
      },
    },
  ];
}
