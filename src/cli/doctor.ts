/** `versusq doctor`: what is there, what is missing and how to get it. Exit 3 where something that is needed is missing. */
import type { CliContext } from './context.js';
import { EXIT } from './exit.js';
import { reportWithFlags } from './flags.js';
import { settingsOf, type EngineOptions } from './options.js';
import { padEnd, printable, styleFor } from './terminal.js';

export async function doctor(flags: EngineOptions & { json?: boolean }, context: CliContext): Promise<number> {
  const engine = await context.createEngine(settingsOf(flags, context));
  try {
    const report = reportWithFlags(await engine.doctor());
    if (flags.json) {
      context.stdout.write(`${JSON.stringify(report)}\n`);
      return report.ok ? EXIT.done : EXIT.environment;
    }
    const style = styleFor(context.stdout, context.env);
    const lines = [style.bold(`versusq ${report.versusq}`)];
    for (const item of report.items) {
      lines.push(
        `${item.ok ? style.good('ok     ') : style.bad('missing')}  ${padEnd(item.name, 8)}  ${printable(item.found)}`,
      );
      if (item.remedy !== null)
        lines.push(`${' '.repeat(19)}${(item.ok ? style.dim : style.warn)(printable(item.remedy))}`);
    }
    lines.push('', style.bold('devices'));
    for (const device of report.devices) {
      lines.push(
        `${device.available ? style.good('yes    ') : style.dim('no     ')}  ${padEnd(device.name, 8)}  ${style.dim(printable(device.note))}`,
      );
    }
    context.stdout.write(`${lines.join('\n')}\n`);
    return report.ok ? EXIT.done : EXIT.environment;
  } finally {
    await engine.dispose();
  }
}
