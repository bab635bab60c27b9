// Names of the few messages between the page's bridge and the shell.
export const chooseChannel = 'studio:choose';
export const chooseSaveChannel = 'studio:choose-save';
export const commandChannel = 'studio:command';
export const dragOutChannel = 'studio:drag-out';
export const noticeChannel = 'studio:notice';
export const openFilesChannel = 'studio:open-files';
export const readyChannel = 'studio:ready';
export const themeChannel = 'studio:theme';
export const showInFolderChannel = 'studio:show-in-folder';

/** What an open dialog is asked for. */
export type Choice = 'media' | 'file' | 'workspace';

/** A message of the shell to the person at the window. */
export interface ShellNotice {
  level: 'info' | 'warning' | 'error';
  message: string;
  hint: string | null;
}
