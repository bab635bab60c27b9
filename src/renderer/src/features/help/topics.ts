// The help, a page a topic: shown in the window, and made into the user guide (docs/guide) by scripts/guide.ts. Short
// on purpose.

export interface HelpTopic {
  id: string;
  title: string;
  /** What its picture shows, for those who do not see it. */
  picture: string;
  text: readonly string[];
  /** Worth trying, one line each. */
  tips: readonly string[];
}

export const topics: readonly HelpTopic[] = [
  {
    id: 'window',
    title: 'The window',
    picture: 'The window in the Explore layout: sidebar, map, clips, and the open clip on the right',
    text: [
      'Left: sources, filters and classes. Centre: the map and the clips. Right: the open clip. At the foot: what is under way.',
      'Explore, Label, Train and Inspect are four arrangements of the same panels. Drag a tab to move a panel, drag a border to size it; every layout stays as you leave it.',
    ],
    tips: [
      'F1 to F4 change the layout, Ctrl+K finds every command, ? shows every key.',
      'Ctrl+Z takes back the last thing you did, also a selection, also tomorrow.',
      'Colours follow the system; the sun or moon at the top fixes them.',
    ],
  },
  {
    id: 'import',
    title: 'Bring in media',
    picture: 'The import dialogue with a folder chosen',
    text: [
      'Drop files or folders on the window, or press Ctrl+I. Video with or without sound, sound alone, and pictures are taken; the files stay where they are and are never changed.',
      'Long recordings become windows of ten seconds. What could not be read is listed by name, with the reason.',
    ],
    tips: [
      'Import the same folder again to take only what is new or has changed.',
      'The eye beside a folder under Sources has it watched: what comes or changes there is then imported by itself.',
      'A folder that was moved is relinked in the sidebar under Sources; labels stay.',
      'Drag clips out of the grid to copy their files to another program.',
    ],
  },
  {
    id: 'map',
    title: 'Read the map',
    picture: 'The map, coloured by class, with its legend',
    text: [
      'Each dot is a clip. Clips that look and sound alike lie together: that is all that nearness means; directions and distances far apart mean nothing.',
      'Colour by label, prediction, score, cluster or source with the choice at the top of the map.',
    ],
    tips: [
      'Drag to move, scroll to zoom, point to preview, click to open.',
      'Shift-drag draws a lasso; Ctrl+Shift adds to the selection, Alt+Shift takes away.',
      'The clips panel lists what the map shows: the same content without the picture.',
      'Linked maps show sound, both and picture side by side and move as one: a long line between a clip’s places says that it looks unlike it sounds.',
    ],
  },
  {
    id: 'search',
    title: 'Find by example',
    picture: 'The search panel with an example clip and its nearest clips',
    text: [
      'More like this finds the nearest clips by sound, by picture, or both. Add several examples for, and some against.',
      'A file from outside, the microphone or the camera can be the example; what is recorded is compared here and not kept.',
    ],
    tips: [
      'Retrieval asks the model itself: which pictures fit this sound?',
      'A low correspondence score points at dubbed, muted or mismatched clips.',
    ],
  },
  {
    id: 'label',
    title: 'Label quickly',
    picture: 'The Label layout: a queue of clips, one shown large, classes with their keys',
    text: [
      'Make classes in the sidebar. Select clips, press the key of a class. A label is on disk before the key is up.',
      'The queue shows what is worth labelling next: different clips first, later those the classifier is unsure of.',
    ],
    tips: [
      'J and K walk through the clips, Space plays, U says “not sure”, Shift with a class key says “not this”.',
      'Label a whole lasso at once; one Ctrl+Z takes it back.',
    ],
  },
  {
    id: 'train',
    title: 'Train a classifier',
    picture: 'The Train layout after a training: results and confusion matrix',
    text: [
      'About ten clips of each class make a start. “Head” learns in seconds from what the model already sees; deeper trainings take longer and need more clips.',
      'Numbers are measured on clips of other source files than those trained on. Click a cell of the matrix to see the clips behind it.',
    ],
    tips: [
      'Probabilities are calibrated: of clips told at 80 percent, about four in five are right.',
      'Predictions then colour the map, feed the queue, and can be exported.',
    ],
  },
  {
    id: 'inspect',
    title: 'See what the model fills in',
    picture: 'The Inspect layout: a spectrogram and frames, hidden parts, and what the model made of them',
    text: [
      'Hide parts of a clip, at random or by hand, and compare what the model fills in with the original. The error map shows where it was wrong.',
      'Hide the sound wholly and let the picture tell it, or the other way round.',
    ],
    tips: [
      'A clip the model fills in badly is unlike the rest: sort by that score to find odd ones.',
      'The source overlay shows where in the picture the sound seems to come from.',
      'Above the pictures stands where they were computed; press it to choose the window (WebGPU or wasm) or the engine instead.',
    ],
  },
  {
    id: 'jobs',
    title: 'Long work',
    picture: 'The jobs tray with progress, rate and time left',
    text: [
      'Importing, embedding, maps and trainings run in the background, shown in the tray at the foot (Ctrl+J) with their rate and the time left. Each can be paused, cancelled and tried again.',
      'Close the window, lose power, kill the program: at the next start jobs go on where they were.',
    ],
    tips: [
      'The bell in the tray tells you when a long job ends while you are elsewhere.',
      'Failed items are listed by name and reason under the job.',
    ],
  },
  {
    id: 'workspaces',
    title: 'Workspaces and safety',
    picture: 'The dialogue of workspaces with recent ones',
    text: [
      'A workspace is one folder with labels, maps, models and trainings; your media are not in it. Copy the folder to back it up. Ctrl+Shift+O, or its name at the top left, changes to another.',
      'Everything stays on this machine. If something goes wrong, “Report a problem” gathers what is worth attaching to an issue, without names of files or people.',
    ],
    tips: [
      'In a file manager, open “Open in CAV-MAE Studio” inside a workspace’s folder.',
      'One program writes to a workspace at a time; others may open it read-only.',
    ],
  },
];

export const pictureUrl = (id: string): string => `./guide/${id}.webp`;
