import { createPinia } from 'pinia';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createApp, nextTick } from 'vue';
import type { App } from 'vue';
import CommandPalette from '../../../../src/renderer/src/shell/CommandPalette.vue';
import { useCommands } from '../../../../src/renderer/src/stores/commands.ts';
import { closeOpenClose } from '../closeOpenClose.ts';

let app: App;
function mounted(): ReturnType<typeof useCommands> {
  const pinia = createPinia();
  app = createApp(CommandPalette).use(pinia);
  app.mount(document.body.appendChild(document.createElement('div')));
  return useCommands(pinia);
}
afterEach(() => {
  app.unmount();
  vi.unstubAllGlobals();
});
function escape(): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key: 'Escape', code: 'Escape', bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
  return event;
}

describe('Escape', () => {
  it('closes the palette before it is drawn, and before its box has the focus', async () => {
    const commands = mounted();
    commands.paletteOpen = true;
    escape();
    expect(commands.paletteOpen).toBe(false);
    await nextTick();
    expect(document.querySelector('.palette')).toBeNull();
    commands.paletteOpen = true;
    await nextTick();
    expect(document.querySelector('.palette')).not.toBeNull();
    expect(document.activeElement).toBe(document.body);
    escape();
    expect(commands.paletteOpen).toBe(false);
  });
  it('closes what was closed and opened again before the window could draw a frame', async () => {
    const commands = mounted();
    commands.paletteOpen = true;
    await nextTick();
    await closeOpenClose((open) => {
      commands.paletteOpen = open;
    });
    await vi.waitFor(() => expect(document.querySelector('.palette')).toBeNull());
  });
  it('is left to others while the palette is closed', () => {
    mounted();
    expect(escape().defaultPrevented).toBe(false);
  });
});
