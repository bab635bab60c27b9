import { afterEach, expect, it } from 'vitest';
import { isMenuOpen } from '../../../../src/renderer/src/shell/useKeyboard.ts';

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
