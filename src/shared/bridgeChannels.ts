// Names of the few messages between the page's bridge and the shell.
export const chooseFileChannel = 'studio:choose-file';
export const chooseFoldersChannel = 'studio:choose-folders';
export const chooseSaveChannel = 'studio:choose-save';
export const chooseWorkspaceChannel = 'studio:choose-workspace';
export const commandChannel = 'studio:command';
export const dragOutChannel = 'studio:drag-out';
export const themeChannel = 'studio:theme';
export const showInFolderChannel = 'studio:show-in-folder';
