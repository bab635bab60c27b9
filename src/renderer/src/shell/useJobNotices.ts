// A notification of the system when a long job ends while the window is not looked at.
import type { Job } from '../../../shared/contract/job.ts';
import { onEngineEvent } from '../stores/eventRouter.ts';
import { useLayout } from '../stores/layout.ts';

/** A job shorter than this was waited for. */
const longMs = 20_000;

/** Whether an ended job is worth a notification: long, not cancelled by hand, not one that starts by itself. */
export function isNews(job: Job): boolean {
  if ((job.status !== 'done' && job.status !== 'failed') || !job.startedAt || !job.endedAt) return false;
  return (
    Date.parse(job.endedAt) - Date.parse(job.startedAt) >= longMs && !(job.result as { quiet?: boolean } | null)?.quiet
  );
}

/** Starts listening, for the life of the window. Shows nothing until the person has allowed notifications (bell in the jobs tray). */
export function useJobNotices(): void {
  const layout = useLayout();
  const told = new Set<number>();
  onEngineEvent((event) => {
    if (event.type !== 'jobChanged' || !isNews(event.job) || told.has(event.job.id)) return;
    told.add(event.job.id);
    if (!layout.notify || !('Notification' in window) || Notification.permission !== 'granted' || document.hasFocus())
      return;
    const { id, title, status, failures, error } = event.job;
    const body =
      status === 'failed'
        ? `Failed: ${error ?? 'no reason given'}`
        : failures > 0
          ? `Done, ${failures.toLocaleString('en')} failed.`
          : 'Done.';
    // Several windows on one engine show it once.
    const notice = new Notification(title, { body, tag: `studio-job-${id}`, icon: './icon.svg' });
    notice.addEventListener('click', () => {
      window.focus();
      layout.trayOpen = true;
      notice.close();
    });
  });
}
