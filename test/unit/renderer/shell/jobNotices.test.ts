import { createPinia, setActivePinia } from 'pinia';
import { effectScope } from 'vue';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '../../../../src/shared/contract/job.ts';
import { isNews, useJobNotices } from '../../../../src/renderer/src/shell/useJobNotices.ts';
import { createEventRouter } from '../../../../src/renderer/src/stores/eventRouter.ts';
import { useLayout } from '../../../../src/renderer/src/stores/layout.ts';

const job = (change: Partial<Job> = {}): Job => ({
  id: 1,
  kind: 'embed',
  title: 'Embedding',
  status: 'done',
  done: 9,
  total: 9,
  note: null,
  ratePerS: null,
  etaS: null,
  failures: 0,
  error: null,
  createdAt: '2026-01-01T00:00:00Z',
  startedAt: '2026-01-01T00:00:00Z',
  endedAt: '2026-01-01T00:01:00Z',
  result: {},
  ...change,
});

const shown: { title: string; options: NotificationOptions; click: () => void; closed: boolean }[] = [];
class FakeNotification {
  static permission: NotificationPermission = 'granted';
  private readonly record: (typeof shown)[number];
  constructor(title: string, options: NotificationOptions) {
    this.record = { title, options, click: () => {}, closed: false };
    shown.push(this.record);
  }
  addEventListener(_: string, listener: () => void): void {
    this.record.click = listener;
  }
  close(): void {
    this.record.closed = true;
  }
}

let scope: ReturnType<typeof effectScope>;
beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
  shown.length = 0;
  FakeNotification.permission = 'granted';
  vi.stubGlobal('Notification', FakeNotification);
  vi.spyOn(document, 'hasFocus').mockReturnValue(false);
  scope = effectScope();
});
afterEach(() => {
  scope.stop();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function listening(): (job: Job) => void {
  const route = createEventRouter();
  scope.run(() => useJobNotices());
  return (changed) => route({ type: 'jobChanged', job: changed });
}

describe('what is news', () => {
  it.each<[string, Partial<Job>, boolean]>([
    ['a long job that ended', {}, true],
    ['a long job that failed', { status: 'failed' }, true],
    ['one still running', { status: 'running', endedAt: null }, false],
    ['one cancelled by hand', { status: 'cancelled' }, false],
    ['a short one', { endedAt: '2026-01-01T00:00:19Z' }, false],
    ['one that starts by itself', { result: { quiet: true } }, false],
    ['one that never began', { startedAt: null }, false],
  ])('%s', (_, change, expected) => expect(isNews(job(change))).toBe(expected));
});

describe('notifications', () => {
  it('tell the end of a long job once, with its failures, and lead to the tray', () => {
    const hear = listening();
    hear(job({ status: 'running', endedAt: null }));
    hear(job({ failures: 3 }));
    hear(job({ failures: 3 }));
    expect(shown.map(({ title, options }) => [title, options.body, options.tag])).toEqual([
      ['Embedding', 'Done, 3 failed.', 'studio-job-1'],
    ]);
    useLayout().trayOpen = false;
    shown[0]!.click();
    expect([useLayout().trayOpen, shown[0]!.closed]).toEqual([true, true]);
  });
  it('say why a job failed', () => {
    listening()(job({ id: 2, status: 'failed', error: 'the disk is full' }));
    expect(shown[0]?.options.body).toBe('Failed: the disk is full');
  });
  it.each<[string, () => void]>([
    [
      'the window is looked at',
      () => {
        vi.spyOn(document, 'hasFocus').mockReturnValue(true);
      },
    ],
    [
      'they were not allowed',
      () => {
        FakeNotification.permission = 'default';
      },
    ],
    [
      'they were switched off',
      () => {
        useLayout().notify = false;
      },
    ],
  ])('are not shown while %s', (_, arrange) => {
    arrange();
    listening()(job({ id: 3 }));
    expect(shown).toEqual([]);
  });
});
