// Names of the few messages between the page's bridge and the shell.
export const chooseFoldersChannel = 'studio:choose-folders';
export const chooseSaveChannel = 'studio:choose-save';
export const commandChannel = 'studio:command';
