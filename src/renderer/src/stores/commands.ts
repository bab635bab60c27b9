// Every command of the window, found by the palette, the shortcuts sheet, menus and keys.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Command } from '../feature.ts';
import { useToasts } from './toasts.ts';

const isMac = /mac/i.test(navigator.platform);

/**
 * The canonical name of a key press, e.g. `mod+shift+z`, `?`, `j`, `f1`. Shift is named only with keys that it does not
 * change.
 */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  const named = key.length > 1 || /[a-z]/.test(key);
  return [
    isMac ? event.metaKey && 'mod' : event.ctrlKey && 'mod',
    isMac && event.ctrlKey && 'ctrl',
    event.altKey && 'alt',
    named && event.shiftKey && 'shift',
    key,
  ]
    .filter(Boolean)
    .join('+');
}

const shown: Record<string, string> = {
  mod: isMac ? '⌘' : 'Ctrl',
  shift: isMac ? '⇧' : 'Shift',
  alt: isMac ? '⌥' : 'Alt',
  space: 'Space',
  escape: 'Esc',
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
  enter: 'Enter',
  delete: 'Del',
};

/** The parts of a key name as printed on keys. */
export const keyCaps = (keys: string): string[] => keys.split('+').map((part) => shown[part] ?? part.toUpperCase());

/** Letters of a query this short may be strewn over a title. */
const strewnUpTo = 3;

/**
 * Whether the letters of `query` occur in `text` in order; better matches (word starts, runs) score higher. `null`: no
 * match.
 */
export function matchScore(query: string, text: string): number | null {
  const [needle, hay] = [query.toLowerCase().replaceAll(' ', ''), text.toLowerCase()];
  // Letters that stand together as typed count more than the same letters strewn over the title.
  const whole = hay.includes(needle);
  let [score, at, strewn] = [whole ? needle.length : 0, -1, false];
  for (const letter of needle) {
    const found = hay.indexOf(letter, at + 1);
    if (found < 0) return null;
    const follows = found === at + 1 ? 3 : found === 0 || hay[found - 1] === ' ' ? 2 : 0;
    strewn ||= follows === 0;
    score += follows;
    at = found;
  }
  // “delete” is not meant by “aDD thE demo coLlECTion”: longer words have to stand together or begin words.
  const words = query.toLowerCase().split(' ').filter(Boolean);
  const beginsWords = words.every((word) => ` ${hay}`.includes(` ${word}`));
  if (strewn && !whole && !beginsWords && needle.length > strewnUpTo) return null;
  return score - hay.length * 0.01;
}

export const useCommands = defineStore('commands', () => {
  const toasts = useToasts();
  const list = shallowRef<readonly Command[]>([]);
  const paletteOpen = ref(false);
  const sheetOpen = ref(false);
  const byKey = computed(
    () => new Map(list.value.flatMap((command) => (command.keys ?? []).map((keys) => [keys, command] as const))),
  );

  function register(commands: readonly Command[]): void {
    list.value = [...list.value, ...commands];
  }
  const isEnabled = (command: Command): boolean => command.enabled?.() ?? true;
  async function execute(command: Command): Promise<void> {
    if (!isEnabled(command)) return;
    try {
      await command.run();
    } catch (error) {
      toasts.fail(error, command.title);
    }
  }
  function run(id: string): void {
    const command = list.value.find((one) => one.id === id);
    if (command) void execute(command);
  }
  /** Commands that match the words typed, best first; all of them when nothing is typed. */
  function find(query: string): readonly Command[] {
    const possible = list.value.filter(isEnabled);
    if (!query.trim()) return possible;
    return possible
      .map((command) => ({ command, score: matchScore(query, `${command.title} ${command.group}`) }))
      .filter((hit) => hit.score !== null)
      .sort((a, b) => b.score! - a.score!)
      .map((hit) => hit.command);
  }
  return { list, byKey, paletteOpen, sheetOpen, register, run, execute, isEnabled, find };
});
