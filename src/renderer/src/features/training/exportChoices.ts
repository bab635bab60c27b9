// What can be written of a classifier, in words, with the file names that are suggested.
export type ExportWhat = 'folder' | 'safetensors' | 'pth' | 'onnx' | 'card' | 'csv' | 'jsonl' | 'parquet';

export const exportChoices: readonly { value: ExportWhat; label: string; about: string; suffix: string }[] = [
  {
    value: 'folder',
    label: 'Classifier: folder for other programs',
    about:
      'ONNX graph, weights, classes with thresholds, and the model card. cavmae predict --classifier FOLDER and ten lines of Python run it on new files.',
    suffix: '',
  },
  {
    value: 'pth',
    label: 'Classifier: weights for PyTorch',
    about: 'A state_dict that torch.load and the reference implementation read.',
    suffix: '.pth',
  },
  {
    value: 'safetensors',
    label: 'Classifier: weights in the reference’s format',
    about: 'A whole CAVMAEFT as safetensors, with the names of the reference implementation.',
    suffix: '.safetensors',
  },
  {
    value: 'onnx',
    label: 'Classifier: ONNX',
    about: 'One graph for any ONNX runtime; its outputs are logits per frame and calibrated probabilities per clip.',
    suffix: '.onnx',
  },
  {
    value: 'card',
    label: 'Model card (Markdown)',
    about: 'What it is, what it was made from, its scores, confusion and limits.',
    suffix: '.md',
  },
  {
    value: 'csv',
    label: 'Predictions: CSV',
    about: 'One row a clip: file, window, likeliest class, whether the classifier abstains, and every probability.',
    suffix: ' predictions.csv',
  },
  {
    value: 'jsonl',
    label: 'Predictions: JSON lines',
    about: 'One object a clip, with the probabilities by class name.',
    suffix: ' predictions.jsonl',
  },
  {
    value: 'parquet',
    label: 'Predictions: Parquet',
    about: 'The same columns for DuckDB, pandas or Arrow.',
    suffix: ' predictions.parquet',
  },
];

/** A name without signs that file systems refuse. */
export function fileNameFor(name: string, what: ExportWhat): string {
  const plain =
    name
      .replaceAll(/[\\/:*?"<>|]|\p{Cc}/gu, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim()
      .replace(/\.+$/, '') || 'classifier';
  return `${plain}${exportChoices.find((one) => one.value === what)!.suffix}`;
}
