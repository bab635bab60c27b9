import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { useToasts } from '../../../../src/renderer/src/stores/toasts.ts';

beforeEach(() => setActivePinia(createPinia()));

describe('messages', () => {
  it('about an engine out of reach go when it is back, other errors stay', () => {
    const toasts = useToasts();
    toasts.fail(new TypeError('Failed to fetch'), 'The clips could not be read');
    toasts.fail({ code: 'DISK_FULL', message: 'the disk is full' });
    expect(toasts.toasts.map(({ message }) => message)).toEqual([
      'The clips could not be read: The engine cannot be reached.',
      'the disk is full',
    ]);
    toasts.dismissUnreachable();
    expect(toasts.toasts.map(({ message }) => message)).toEqual(['the disk is full']);
  });
});
