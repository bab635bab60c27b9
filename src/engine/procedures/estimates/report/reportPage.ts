// A report as one page of HTML that needs nothing else: figures inside, tables with every number, method, versions and date.
import { escapeXml } from '../../../../shared/figures/figureSvg.ts';
import { shareText } from '../../../../shared/plots/plotFrame.ts';
import type { Cell, ReportContent, ReportTable } from './reportContent.ts';

export interface ReportFacts {
  workspace: string;
  version: string;
  madeAt: string;
}

const style = `body{max-width:860px;margin:2em auto;padding:0 1em;font:15px/1.5 system-ui,sans-serif;color:#191d22;background:#fff}
h1{font-size:1.6em}h2{margin-top:1.6em;font-size:1.2em}table{border-collapse:collapse;font-size:13px}
th,td{padding:3px 10px 3px 0;border-bottom:1px solid #d3d8de;text-align:right;white-space:nowrap}th:first-child,td:first-child{text-align:left}
figure{margin:1em 0}svg{max-width:100%;height:auto}.wide{overflow-x:auto}.big{font-size:1.5em}dt{font-weight:600}dd{margin:0 0 .4em}.dim{color:#5c6570}`;

/** Rows beyond this many are in the CSV files only. */
const mostRows = 500;

const cellText = (cell: Cell): string =>
  cell === null
    ? '–'
    : typeof cell === 'number' && !Number.isInteger(cell)
      ? String(Number(cell.toPrecision(4)))
      : String(cell);

const tableHtml = ({ title, name, columns, rows }: ReportTable): string =>
  `<section id="${escapeXml(name)}"><h2>${escapeXml(title)}</h2><div class="wide"><table><thead><tr>${columns
    .map((column) => `<th scope="col">${escapeXml(column.replaceAll('_', ' '))}</th>`)
    .join('')}</tr></thead><tbody>${rows
    .slice(0, mostRows)
    .map((row) => `<tr>${row.map((cell) => `<td>${escapeXml(cellText(cell))}</td>`).join('')}</tr>`)
    .join(
      '\n',
    )}</tbody></table></div>${rows.length > mostRows ? `<p class="dim">${rows.length - mostRows} more rows are in ${escapeXml(name)}.csv.</p>` : ''}</section>`;

/** How the numbers came about, in sentences that can go into a paper. */
export function methodText({ overall, state }: ReportContent): string[] {
  const level = Math.round(overall.confidence * 1000) / 10;
  if (!state)
    return [
      `No sample was audited. The estimate is the share among labelled clips, which were not drawn at random; the bounds hold whatever the other clips are (Manski 1989).`,
    ];
  const { design } = state;
  return [
    `Clips were divided into ${design.strata.length} strata by the score of the ${design.source.kind} “${design.source.name}” (version ${design.source.version})${design.by === null ? '' : ` and by ${design.by}`}, cutting the cumulative √(s(1 − s)) + .05 of the scores into equal parts (Dalenius and Hodges 1959).`,
    `Clips were drawn at random without replacement within strata (audit ${design.id}, seed ${design.seed}, started ${design.createdAt}); each stratum got 12 audits, and each further one went where it lowers the variance of the total most (Neyman 1934; Cochran 1977). ${design.audited} clips were audited by people${design.scope === null ? '' : `; the population was limited to: ${design.scope}`}.`,
    `The estimate is the stratified mean; groups are post-stratified. ${level} % intervals invert the score test of the stratified mean with constrained maximum likelihood variance (Miettinen and Nurminen 1985), finite population correction, and skewness correction (Gart and Nam 1990; Laud 2017). Answers of “unsure” are left out of the estimate and count as no for the lower and as yes for the upper end.`,
    `Clips an hour: the share times the number of clips, divided by the time that they cover.`,
  ];
}

const references = [
  'Cochran WG (1977). Sampling Techniques, 3rd ed. Wiley.',
  'Dalenius T, Hodges JL (1959). Minimum variance stratification. JASA 54: 88–101.',
  'Gart JJ, Nam J (1990). Approximate interval estimation of the difference in binomial parameters. Biometrics 46: 637–643.',
  'Laud PJ (2017). Equal-tailed confidence intervals for comparison of rates. Pharmaceutical Statistics 16: 334–348.',
  'Manski CF (1989). Anatomy of the selection problem. Journal of Human Resources 24: 343–360.',
  'Miettinen O, Nurminen M (1985). Comparative analysis of two rates. Statistics in Medicine 4: 213–226.',
  'Neyman J (1934). On the two different aspects of the representative method. JRSS 97: 558–625.',
];

export function reportPage(content: ReportContent, facts: ReportFacts): string {
  const { overall, figures, tables } = content;
  const { estimate, low, high, clips, audited } = overall.overall;
  const title = `How often: ${overall.class.name}`;
  const answer =
    estimate === null
      ? 'Nothing is known yet: no clip was audited or labelled.'
      : `<b>${escapeXml(shareText(estimate))}</b> of ${clips.toLocaleString('en')} clips, ${overall.basis === 'labels' ? 'bounds' : `${Math.round(overall.confidence * 1000) / 10} % interval`} ${escapeXml(shareText(low))} to ${escapeXml(shareText(high))}, ${audited} audited`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeXml(title)}</title><style>${style}</style></head>
<body><h1>${escapeXml(title)}</h1><p class="big">${answer}</p>
<p class="dim">Collection “${escapeXml(facts.workspace)}”, made ${escapeXml(facts.madeAt)} with CAV-MAE Studio ${escapeXml(facts.version)}.</p>
${overall.notes.length === 0 ? '' : `<ul>${overall.notes.map((note) => `<li>${escapeXml(note)}</li>`).join('')}</ul>`}
${figures.map(({ svg }) => `<figure>${svg}</figure>`).join('\n')}
${tables
  .filter(({ name }) => name !== 'answers')
  .map(tableHtml)
  .join('\n')}
<section id="method"><h2>Method</h2>${methodText(content)
    .map((sentence) => `<p>${escapeXml(sentence)}</p>`)
    .join('')}</section>
${tables
  .filter(({ name }) => name === 'answers')
  .map(tableHtml)
  .join('\n')}
<section id="references"><h2>References</h2><ul>${references.map((one) => `<li>${escapeXml(one)}</li>`).join('')}</ul></section>
</body></html>
`;
}
