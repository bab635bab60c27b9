import { createPinia, setActivePinia } from 'pinia';
import { afterEach, expect, it, vi } from 'vitest';
import { effectScope, ref } from 'vue';
import { isDialogOpen, useOpening } from '../../../../src/renderer/src/components/useOpening.ts';
import { useCommands } from '../../../../src/renderer/src/stores/commands.ts';
import { isMenuOpen, useKeyboard } from '../../../../src/renderer/src/shell/useKeyboard.ts';

afterEach(() => document.body.replaceChildren());

it('a menu that is closed but stays in the page leaves the keys to others', () => {
  const [closed, open] = [document.createElement('div'), document.createElement('div')];
  for (const menu of [closed, open]) menu.className = 'n-base-select-menu';
  document.body.append(closed);
  closed.getClientRects = () => [] as unknown as DOMRectList;
  expect(isMenuOpen()).toBe(false);
  document.body.append(open);
  open.getClientRects = () => [new DOMRect(0, 0, 10, 10)] as unknown as DOMRectList;
  expect(isMenuOpen()).toBe(true);
});

it('no command runs behind an open dialog', () => {
  setActivePinia(createPinia());
  const run = vi.fn();
  useCommands().register([{ id: 'undo', title: 'Undo', group: 'Edit', keys: ['mod+z', 'mod+j'], run }]);
  const scope = effectScope();
  scope.run(() => useKeyboard([]));
  const press = (key: string) => window.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey: true }));
  const shown = ref(true);
  scope.run(() => useOpening(() => shown.value));
  press('z');
  press('j');
  expect(run).not.toHaveBeenCalled();
  shown.value = false;
  press('z');
  expect(run).toHaveBeenCalledOnce();
  shown.value = true;
  press('z');
  scope.stop();
  expect(run).toHaveBeenCalledOnce();
  expect(isDialogOpen()).toBe(false);
});
