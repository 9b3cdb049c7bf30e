/** The doctor's report in lines: what is there, what is missing, how to get it. Pure. */
import type { DoctorReport } from '../protocol/index.js';

export function doctorText(report: DoctorReport): string {
  const lines = [
    `VersusQ ${report.versusq}: ${report.ok ? 'everything it needs is there' : 'something is missing'}`,
    '',
  ];
  for (const item of report.items) {
    lines.push(`${item.ok ? 'ok     ' : 'MISSING'}  ${item.name.padEnd(8)} ${item.found}`);
    if (item.remedy !== null) lines.push(`${' '.repeat(18)}${item.remedy}`);
  }
  lines.push('', 'Devices the model can run on:');
  for (const device of report.devices) {
    lines.push(`${device.available ? 'ok     ' : '-      '}  ${device.name.padEnd(8)} ${device.note}`.trimEnd());
  }
  return `${lines.join('\n')}\n`;
}
