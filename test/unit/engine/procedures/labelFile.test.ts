import { expect, test } from 'vitest';
import { labelFormatOf } from '../../../../src/engine/procedures/labelFile.ts';

test.each([
  ['a.jsonl', '{"path":"x"}', 'jsonl'],
  ['a.JSON', '{', 'cavmae-json'],
  ['a.csv', '# Segments csv created Sun Mar  5 10:54:25 2017', 'audioset-csv'],
  ['a.csv', '---g-f_I2yQ,1,"people marching",test', 'vggsound-csv'],
  ['a.csv', 'path,start,end,label', 'csv'],
  ['a.tsv', 'file\tlabel', 'csv'],
])('%s beginning with %s is %s', (path, line, format) => expect(labelFormatOf(path, line)).toBe(format));
