import { describe, expect, it, vi } from 'vitest';

vi.mock('../../../../../src/renderer/src/engine/client.ts', () => ({ client: {} }));
const { pressedHotkey } = await import('../../../../../src/renderer/src/features/labelling/labelKeys.ts');
const { nextHotkey, reservedKeys } = await import('../../../../../src/renderer/src/stores/schemas.ts');

describe('pressedHotkey', () => {
  it('knows Shift+digit by its key, whatever sign it prints', () => {
    expect(pressedHotkey({ key: '!', code: 'Digit1', shiftKey: true })).toBe('1');
    expect(pressedHotkey({ key: '"', code: 'Digit2', shiftKey: true })).toBe('2');
  });
  it('takes letters as printed, on any keyboard layout', () => {
    expect(pressedHotkey({ key: 'Q', code: 'KeyA', shiftKey: true })).toBe('q');
    expect(pressedHotkey({ key: '3', code: 'Digit3', shiftKey: false })).toBe('3');
  });
});

describe('nextHotkey', () => {
  const named = (hotkeys: string[]) =>
    hotkeys.map((hotkey, i) => ({ id: i + 1, schemaId: 1, name: hotkey, colour: '', hotkey, count: 0 }));
  it('counts up, skips what is taken, and never offers a key of the window', () => {
    expect(nextHotkey([])).toBe('1');
    expect(nextHotkey(named(['1', '2']))).toBe('3');
    const taken: string[] = [];
    for (let key = nextHotkey([]); key; key = nextHotkey(named(taken))) taken.push(key);
    expect(taken.length).toBeGreaterThan(25);
    expect(taken.filter((key) => reservedKeys.has(key))).toEqual([]);
    expect(new Set(taken).size).toBe(taken.length);
  });
});
