// One listener for the whole window: commands by their keys, then what features do with the rest (hotkeys of classes).
import { useEventListener } from '@vueuse/core';
import { isDialogOpen } from '../components/useOpening.ts';
import { keyName, useCommands } from '../stores/commands.ts';

const typing =
  'input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable=true]';

/** Where letters belong to the text being typed. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(typing) !== null;

/** A select's menu is open, and the keys are its own. Menus that have been closed stay in the page, hidden. */
export const isMenuOpen = (): boolean =>
  [...document.querySelectorAll('.n-base-select-menu')].some((menu) => menu.getClientRects().length > 0);

/** Where Space and Enter mean "press this". */
const isPressable = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest(
    'button, a[href], summary, [role=button], [role=tab], [role=checkbox], [role=switch], [role=menuitem], [role=option], [role=slider], input',
  ) !== null;

/** Starts listening. `handlers` are asked in order for keys that no command takes. */
export function useKeyboard(handlers: readonly ((event: KeyboardEvent) => boolean)[]): void {
  const commands = useCommands();
  useEventListener(window, 'keydown', (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const name = keyName(event);
    const always = name.startsWith('mod+') || /^f\d+$/.test(name);
    if (isTyping(event.target) && (!always || name === 'mod+z' || name === 'mod+shift+z' || name === 'mod+a')) return;
    // A dialog stands before everything: only the palette, which closes itself by its own key, is reached past one.
    if (isDialogOpen() && name !== 'mod+k') return;
    if ((name === 'space' || name === 'enter') && isPressable(event.target)) return;
    const command = commands.byKey.get(name);
    if (command && commands.isEnabled(command)) {
      event.preventDefault();
      void commands.execute(command);
    } else if (handlers.some((handle) => handle(event))) event.preventDefault();
  });
}
